import type { ChatUsage } from './usage.ts'

/** `stop`: the model ended, or a stop string came. `length`: maxTokens or the context was reached. */
export type FinishReason = 'stop' | 'length'

/** A piece of an answer as it comes. Exactly one `finish` comes last; failure is a thrown LlmdError instead. */
export type ChatEvent =
  | { type: 'text-delta'; text: string }
  | { type: 'finish'; reason: FinishReason; usage: ChatUsage }
