import { Client, type Dispatcher } from 'undici'

/** What undici calls on the way of a request, told which client took it. */
export interface TrackedHandler extends Dispatcher.DispatchHandler {
  client: TrackedClient | null
}

/** One connection at a time, which knows whether it was used before: a used one may be closed at the other end. */
export class TrackedClient extends Client {
  #uses = 0

  constructor(origin: URL | string, options: Client.Options) {
    super(origin, options)
    this.on('connect', () => {
      this.#uses = 0
    })
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if ('client' in handler) handler.client = this
    return super.dispatch(options, handler)
  }

  /** Counts a request. True when the connection had carried one before. */
  use(): boolean {
    this.#uses += 1
    return this.#uses > 1
  }
}
