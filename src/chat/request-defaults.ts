/** What holds of a request that does not say. */
export interface RequestDefaults {
  /** Instructions for a conversation without any. */
  system?: string
  temperature?: number
  topP?: number
  /** Further parameters, as chat completions have them. */
  params?: Record<string, unknown>
}

/** Puts defaults into the body of a request; the body itself where it has all of them. */
export type FillDefaults = (
  body: Record<string, unknown>,
  defaults: RequestDefaults,
) => Record<string, unknown>
