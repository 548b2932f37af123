/** What spans say of a provider. */
export interface TracedProvider {
  /** The vendor as the conventions of OpenTelemetry name it, or the provider's own name. */
  vendor: string
  address: string
  port: number
}

/** Who a provider is; undefined once it was removed. */
export type FindProvider = (name: string) => TracedProvider | undefined

/** `gen_ai.provider.name` of what answered; null for a local model's provider. */
export function vendorOf(provider: string | null, findProvider: FindProvider): string {
  return provider === null ? 'llmd' : (findProvider(provider)?.vendor ?? provider)
}
