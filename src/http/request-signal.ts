import type { CancelListener, CancelSignal } from '../chat/cancel-signal.ts'

/**
 * Ends the work for one request. An AbortSignal that was ever listened to lives until the next full garbage
 * collection, and all that its listeners know with it; a busy gateway cannot afford one for each request. So there is
 * one only where something asks for it.
 */
export class RequestSignal implements CancelSignal {
  aborted = false
  reason: unknown
  #listeners: CancelListener[] = []
  #controller: AbortController | undefined

  throwIfAborted(): void {
    if (this.aborted) throw this.reason
  }

  addEventListener(_type: 'abort', listener: CancelListener): void {
    this.#listeners.push(listener)
  }

  removeEventListener(_type: 'abort', listener: CancelListener): void {
    this.#listeners = this.#listeners.filter((one) => one !== listener)
  }

  /** The first reason wins. */
  abort(reason: unknown): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    for (const listener of this.#listeners) listener.handleEvent()
    this.#controller?.abort(reason)
  }

  /** The same as an AbortSignal. */
  toAbortSignal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.aborted) this.#controller.abort(this.reason)
    }
    return this.#controller.signal
  }
}
