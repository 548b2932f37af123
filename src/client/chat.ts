/** What the CLI asks of POST /v1/chat/completions. */
export interface ChatCompletionRequest {
  model: string
  messages: { role: 'system' | 'user' | 'assistant'; content: string }[]
  temperature?: number
  top_p?: number
  max_tokens?: number
  seed?: number
}

export interface ChatCompletionUsage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
}

/** A piece of an answer: some text, or what is known at its end. */
export interface ChatCompletionPiece {
  content: string
  /** What the model thinks before it answers, where it shows that. */
  reasoning: string
  finishReason: string | null
  usage: ChatCompletionUsage | null
}
