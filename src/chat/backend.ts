import type { ChatEvent } from './event.ts'
import type { ChatRequest } from './request.ts'

/** Whatever can answer for one model name: a local engine, or a provider. */
export interface Backend {
  /**
   * Answers as events are pulled. The first `next()` throws the LlmdError of anything that failed before the
   * answer began; an aborted signal ends the work and throws the signal's reason.
   */
  stream(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatEvent>
}
