import type { ToolDefinition } from './tool.ts'

/** A call that the model made: `arguments` is the JSON text as the model wrote it. */
export interface ToolCall {
  id: string
  name: string
  arguments: string
}

export type ChatMessage =
  | { role: 'system' | 'developer' | 'user'; content: string }
  | { role: 'assistant'; content: string; reasoning?: string; toolCalls?: ToolCall[] }
  /** What came of a call. */
  | { role: 'tool'; toolCallId: string; content: string }

/** How the next token is drawn. What is absent has no effect. */
export interface SamplingParameters {
  /** 0 to 2; 0 always takes the likeliest token. */
  temperature: number
  /** 0 to 1; only the likeliest tokens whose probabilities add up to it are drawn from. */
  topP: number
  /** Only so many of the likeliest tokens are drawn from. */
  topK?: number
  /** 0 to 1; only tokens at least this likely, relative to the likeliest, are drawn from. */
  minP?: number
  /** Same seed and same input give the same output. */
  seed?: number
  /** -2 to 2, taken off the logit of every token that the answer has already. */
  presencePenalty?: number
  /** -2 to 2, taken off for each time that the answer has it already. */
  frequencyPenalty?: number
  /** Above 1, divides the logit of every token that the answer has already. */
  repeatPenalty?: number
  /** Token number to what is added to its logit; -100 bans it. */
  logitBias?: Record<string, number>
}

/** What every request for text can ask for. */
export interface GenerationOptions {
  /** Whose request it is: those who wait for the same model take turns. Absent where all come from one. */
  client?: string
  sampling: SamplingParameters
  /** Most tokens to generate; without it the context is the limit. */
  maxTokens?: number
  /** Generation ends before the first of these that would appear; it is not part of the answer. */
  stop: string[]
  /** Independent answers to the same prompt; each event says which it belongs to. */
  choices: number
  /** Log-probabilities of the tokens chosen, and of so many of the likeliest at each place. */
  logprobs?: { top: number }
  /** Go on after the model's end token, until another limit comes. */
  ignoreEndToken?: boolean
}

export type ToolChoice =
  | { type: 'auto' | 'none' | 'required' }
  /** These tools alone may be called, or with `required` must be. */
  | { type: 'allowed'; mode: 'auto' | 'required'; names: string[] }

export type ResponseFormat =
  | { type: 'text' | 'json_object' }
  | { type: 'json_schema'; schema: Record<string, unknown> }

/** A conversation to continue, in no client's format. */
export interface ChatRequest extends GenerationOptions {
  messages: ChatMessage[]
  tools: ToolDefinition[]
  toolChoice: ToolChoice
  /** Whether one answer may hold several calls. */
  parallelToolCalls: boolean
  responseFormat: ResponseFormat
  reasoning?: {
    /** As the model's template names it: `low`, `medium`, `high`; `none` switches thinking off where it can be. */
    effort?: string
    /** Most tokens of thinking, where the template can say so. */
    budgetTokens?: number
  }
}

/** A text to continue as it stands, without a chat template. */
export interface CompletionRequest extends GenerationOptions {
  prompt: string | number[]
  /** What comes after the gap that the model is to fill. */
  suffix?: string
  /** The answer begins with the prompt, and so do its log-probabilities. */
  echo: boolean
}
