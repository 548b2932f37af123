/** What providers bring into the one list of names. */
export interface ServedNames {
  /** Whether there is a provider of this name. */
  has(provider: string): boolean
  /** Every name that is known and not the operator's own: by provider, alphabetically within each. */
  served(): ServedName[]
  /** Who answers for this name, be it known or only one of a prefix that everything is served under. */
  find(name: string): { provider: string; model: string } | undefined
  /** Who has this name, as in `the provider openrouter`; undefined where it is free. */
  taken(name: string): string | undefined
}

export interface ServedName {
  name: string
  provider: string
  /** The provider's own id. */
  model: string
  /** When the provider was added: ISO 8601. */
  createdAt: string
}
