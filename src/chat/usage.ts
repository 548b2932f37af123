/** Tokens as the model's own tokenizer counts them. The end-of-turn token is in neither count. */
export interface ChatUsage {
  /** The prompt counts once, however many choices there are. */
  promptTokens: number
  /** Of all choices. */
  completionTokens: number
  /** Part of promptTokens that was taken from a cache. */
  cachedTokens: number
  /** Part of completionTokens that was thinking. */
  reasoningTokens: number
}

export const noUsage: ChatUsage = {
  promptTokens: 0,
  completionTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
}
