import type { SamplingParameters } from '../../chat/request.ts'

/** A grammar that was read and found sound. */
export interface CompiledGrammar {
  /** GBNF. */
  readonly grammar: string
}

/** How the tokens of one answer are drawn. */
export interface TokenSampling extends SamplingParameters {
  /** What the answer must follow; of the model that compiled it. */
  grammar?: CompiledGrammar
  /** Log-probabilities to report with each token. */
  logprobs?: { top: number }
  /** The model's end token is a token like others. */
  ignoreEndToken?: boolean
}

/** Natural logarithm of a token's probability, as the model gives it before any sampling parameter. */
interface TokenProbability {
  token: number
  logprob: number
}

export interface DrawnToken extends Pick<TokenProbability, 'token'> {
  /** Where they were asked for. */
  logprobs?: { logprob: number; top: TokenProbability[] }
}

/** One conversation's place in the model's memory. Only one call may be under way at a time. */
export interface Sequence {
  /** How many of these tokens, from the first, it already holds. */
  commonPrefix(tokens: readonly number[]): number
  /** Forgets everything after what it has in common with these tokens; returns how many it still holds. */
  keepPrefix(tokens: readonly number[]): Promise<number>
  /** Evaluates tokens of a prompt. */
  prefill(tokens: readonly number[]): Promise<void>
  /**
   * Evaluates tokens of a prompt, at most `scoredAtOnce`, and tells how likely each but the first was, and the prompt's
   * token that is following them.
   */
  score(tokens: readonly number[], following: number, options: { top: number }): Promise<DrawnToken[]>
  /**
   * Evaluates the prompt's last token, then one token more at each `next()`; done at the model's end token, which is
   * returned where log-probabilities were asked for.
   * @param drawn the tokens of the answer so far, for penalties
   */
  generate(
    lastToken: number,
    sampling: TokenSampling,
    drawn: readonly number[],
  ): AsyncIterator<DrawnToken, DrawnToken | undefined>
  clear(): Promise<void>
  /** How many tokens it holds. */
  readonly length: number
  /** Writes all that it holds to a file, for a sequence of the same model with the same settings. */
  save(file: string): Promise<void>
  /** Takes over what a file holds. Such a file must be this program's own: a foreign one can crash the process. */
  restore(file: string): Promise<void>
}

/** A loaded model, as the rest of the engine sees it: calls made in the same tick are computed in one batch. */
export interface LanguageModel {
  /** Tokens one sequence can hold. */
  readonly context: number
  /** Of how many tokens at a time `score` can tell: each has logits of the whole vocabulary. */
  readonly scoredAtOnce: number
  readonly sequences: readonly Sequence[]
  /** @throws Error for what is no grammar */
  compileGrammar(gbnf: string): Promise<CompiledGrammar>
  /** Text of `tokens`, as it continues `previous`. Control tokens have none unless `special` asks for it. */
  detokenize(tokens: readonly number[], previous: readonly number[], options?: { special: boolean }): string
}
