/** What a request has to say about the form of its answer. */
export interface AnswerShape {
  /** Whether a stream ends with a chunk that holds the usage. */
  includeUsage: boolean
  /** Whether choices hold log-probabilities. */
  logprobs: boolean
  /** Calls are told as `function_call`, for a request that spoke of `functions`. */
  usesFunctions: boolean
}
