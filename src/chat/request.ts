type ChatRole = 'system' | 'developer' | 'user' | 'assistant'

export interface ChatMessage {
  role: ChatRole
  content: string
}

export interface SamplingParameters {
  /** 0 to 2; 0 always takes the likeliest token. */
  temperature: number
  /** 0 to 1; only the likeliest tokens whose probabilities add up to it are drawn from. */
  topP: number
  /** Same seed and same input give the same output. */
  seed?: number
}

/** A conversation to continue, in no client's format. */
export interface ChatRequest {
  messages: ChatMessage[]
  sampling: SamplingParameters
  /** Most tokens to generate; without it the context is the limit. */
  maxTokens?: number
  /** Generation ends before the first of these that would appear; it is not part of the answer. */
  stop: string[]
}
