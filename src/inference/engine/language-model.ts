import type { SamplingParameters } from '../../chat/request.ts'

/** One conversation's place in the model's memory. Only one call may be under way at a time. */
export interface Sequence {
  /** How many of these tokens, from the first, it already holds. */
  commonPrefix(tokens: readonly number[]): number
  /** Forgets everything after what it has in common with these tokens; returns how many it still holds. */
  keepPrefix(tokens: readonly number[]): Promise<number>
  /** Evaluates tokens of a prompt. */
  prefill(tokens: readonly number[]): Promise<void>
  /** Evaluates the prompt's last token, then one token more at each `next()`; done at the model's end token. */
  generate(lastToken: number, sampling: SamplingParameters): AsyncIterator<number, void>
  clear(): Promise<void>
}

/** A loaded model, as the rest of the engine sees it: calls made in the same tick are computed in one batch. */
export interface LanguageModel {
  /** Tokens one sequence can hold. */
  readonly context: number
  readonly sequences: readonly Sequence[]
  /** Special tokens written in the text become those tokens. */
  tokenize(text: string): number[]
  /** Text of `tokens`, as it continues `previous`; control tokens have none. */
  detokenize(tokens: readonly number[], previous: readonly number[]): string
}
