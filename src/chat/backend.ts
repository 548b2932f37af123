import type { EmbeddingRequest, EmbeddingResult, RerankRequest, RerankResult } from './embedding.ts'
import type { ChatEvent } from './event.ts'
import type { ChatRequest, CompletionRequest } from './request.ts'
import type { ChatUsage } from './usage.ts'

/** Hears about an answer what is no part of it. */
export interface AnswerObserver {
  /** The model is there to be asked; it may have been loaded for this, or room for it waited for. */
  onReady(): void
  /** It gets its turn, after so many milliseconds of waiting for one. */
  onTurn(waitedMs: number): void
  /** So many tokens were written in so many milliseconds; told now and then while it goes on. */
  onProgress(written: { tokens: number; ms: number }): void
  /**
   * No `finish` and no result will come: the answer failed or was given up. Resolves with what it had used by then,
   * null where nobody knows.
   */
  onCut(usage: Promise<ChatUsage | null>): void
}

/** Whatever can answer for one model name: a local engine, or a provider. */
export interface Backend {
  /**
   * Answers as events are pulled. The first `next()` throws the LlmdError of anything that failed before the
   * answer began; an aborted signal ends the work and throws the signal's reason.
   */
  stream(request: ChatRequest, signal: AbortSignal, observer?: AnswerObserver): AsyncIterable<ChatEvent>
  /** Continues a text; of the events only text, `choice-finish` and `finish` come. */
  complete(
    request: CompletionRequest,
    signal: AbortSignal,
    observer?: AnswerObserver,
  ): AsyncIterable<ChatEvent>
  /** @throws LlmdError `unsupported_by_model` where the model makes no embeddings */
  embed(request: EmbeddingRequest, signal: AbortSignal, observer?: AnswerObserver): Promise<EmbeddingResult>
  /** @throws LlmdError `unsupported_by_model` where the model ranks nothing */
  rerank(request: RerankRequest, signal: AbortSignal, observer?: AnswerObserver): Promise<RerankResult>
  /** Tokens of a text; `special` reads the text of special tokens as those tokens. */
  tokenize(text: string, options: { special: boolean }, signal: AbortSignal): Promise<number[]>
  detokenize(tokens: number[], signal: AbortSignal): Promise<string>
  /** The prompt that the model's template makes of a conversation. */
  renderPrompt(request: ChatRequest, signal: AbortSignal): Promise<string>
}
