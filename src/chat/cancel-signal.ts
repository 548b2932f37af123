/** What an AbortSignal is to those who only end their work with it. */
export interface CancelSignal {
  readonly aborted: boolean
  /** Why; undefined until it is aborted. */
  readonly reason: unknown
  throwIfAborted(): void
  addEventListener(type: 'abort', listener: CancelListener): void
  removeEventListener(type: 'abort', listener: CancelListener): void
}

export interface CancelListener {
  handleEvent(): void
}
