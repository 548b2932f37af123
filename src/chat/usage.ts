/** Tokens as the model's own tokenizer counts them. The end-of-turn token is in neither count. */
export interface ChatUsage {
  promptTokens: number
  completionTokens: number
  /** Part of promptTokens that was taken from a cache. */
  cachedTokens: number
}
