/** What an answer and all chunks of a stream share. */
export interface CompletionHead {
  /** `chatcmpl-...` or `cmpl-...` */
  id: string
  /** Unix seconds. */
  created: number
  /** As the client asked for it. */
  model: string
}
