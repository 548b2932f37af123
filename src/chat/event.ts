import type { ChatUsage } from './usage.ts'

/**
 * `stop`: the model ended, or a stop string came. `length`: maxTokens or the context was reached. `tool-calls`: the
 * model ended and made calls.
 */
export type FinishReason = 'stop' | 'length' | 'tool-calls'

export interface LikelyToken {
  /** Its text, with U+FFFD where its bytes are part of a character. */
  token: string
  /** Null where they are no whole characters: the engine tells such tokens by their text alone. */
  bytes: number[] | null
  /** Natural logarithm of the model's own probability, before any sampling parameter. */
  logprob: number
}

export interface TokenLogprob extends Omit<LikelyToken, 'logprob'> {
  /** Null for the first token of an echoed prompt, before which there is nothing. */
  logprob: LikelyToken['logprob'] | null
  /** How many characters the text grows by, where that is not what the token has: its bytes may complete one. */
  characters?: number
  /** The likeliest tokens at its place, likeliest first. */
  top: LikelyToken[]
}

/** A piece of one of the answers; `choice` counts them from 0. */
export type ChoiceEvent = { choice: number } & (
  | { type: 'text-delta'; text: string; logprobs?: TokenLogprob[] }
  | { type: 'reasoning-delta'; text: string }
  /** `index` counts the calls of one answer from 0. */
  | { type: 'tool-call-start'; index: number; id: string; name: string }
  /** The deltas of a call join to the JSON text of its arguments. */
  | { type: 'tool-call-delta'; index: number; arguments: string }
  | { type: 'tool-call-end'; index: number }
  | { type: 'choice-finish'; reason: FinishReason }
)

/**
 * What comes of a request, as it comes: events of its choices in any order, each choice ended by one `choice-finish`,
 * then one `finish`. Failure is a thrown LlmdError instead.
 */
export type ChatEvent = ChoiceEvent | { type: 'finish'; usage: ChatUsage }
