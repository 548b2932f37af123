import { randomUUID } from 'node:crypto'
import type { ChatEvent } from '../chat/event.ts'
import { LlmdError } from '../errors.ts'
import { createEventQueue, type EventQueue } from './event-queue.ts'
import type { AskEvent, EngineAsks, EngineFailure, FromEngine, ToEngine } from './protocol.ts'

type StreamKind = 'chat' | 'complete'
type ResultKind = Exclude<keyof EngineAsks, StreamKind>

/** Many asks over one channel to an engine. */
export interface AskMultiplexer {
  /** Asks under way. */
  readonly active: number
  /** Of the last whole answer. */
  readonly tokensPerSecond: number | null
  stream: <Kind extends StreamKind>(
    kind: Kind,
    ask: EngineAsks[Kind]['ask'],
    signal: AbortSignal,
  ) => AsyncGenerator<ChatEvent>
  ask: <Kind extends ResultKind>(
    kind: Kind,
    ask: EngineAsks[Kind]['ask'],
    signal: AbortSignal,
  ) => Promise<EngineAsks[Kind]['answer']>
  receive(message: FromEngine): void
  /** The engine is gone, and with it every answer. */
  failAll(): void
}

export interface AskMultiplexerOptions {
  send: (message: ToEngine) => void
  alive: () => boolean
  gone: () => LlmdError
  /** Longest wait for an ask to be accepted, from when it was sent or the one before it was accepted. */
  acceptMs: number
  /** An ask was not accepted in time. */
  onStuck: () => void
}

interface Pending {
  /** Events of a stream, or the one result. */
  events: EventQueue<unknown>
  /** Until it is accepted. */
  acceptTimer: NodeJS.Timeout | undefined
}

export function createAskMultiplexer(options: AskMultiplexerOptions): AskMultiplexer {
  const { send, alive, gone, acceptMs, onStuck } = options
  const asks = new Map<string, Pending>()
  let tokensPerSecond: number | null = null

  function settle(id: string): Pending | undefined {
    const pending = asks.get(id)
    clearTimeout(pending?.acceptTimer)
    asks.delete(id)
    return pending
  }

  function accept(id: string) {
    const accepted = asks.get(id)
    if (accepted) {
      clearTimeout(accepted.acceptTimer)
      accepted.acceptTimer = undefined
    }
    // The engine reads one after the other: those behind this one have waited for it.
    for (const { acceptTimer } of asks.values()) acceptTimer?.refresh()
  }

  function hear(event: AskEvent) {
    if (event.type === 'speed') {
      tokensPerSecond = event.tokensPerSecond
    } else if (event.type === 'failed') {
      settle(event.id)?.events.fail(asError(event.failure))
    } else if (event.type === 'event' && event.event.type !== 'finish') {
      asks.get(event.id)?.events.push(event.event)
    } else {
      const pending = settle(event.id)
      pending?.events.push(event.type === 'event' ? event.event : event.result)
      pending?.events.end()
    }
  }

  async function* start(kind: keyof EngineAsks, ask: object, signal: AbortSignal): AsyncGenerator {
    signal.throwIfAborted()
    const id = randomUUID()
    const events = createEventQueue<unknown>()
    const cancel = () => {
      settle(id)
      send({ type: 'cancel', id })
      events.fail(signal.reason)
    }
    asks.set(id, { events, acceptTimer: setTimeout(onStuck, acceptMs) })
    signal.addEventListener('abort', cancel, { once: true })
    try {
      // Between looking the engine up and getting here its process may have ended.
      if (!alive()) throw gone()
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the two public methods pair kind and ask
      send({ type: 'ask', id, ask: { kind, ask } as never })
      yield* events
    } finally {
      signal.removeEventListener('abort', cancel)
      // The reader left before the end: nobody waits for the rest.
      if (settle(id)) send({ type: 'cancel', id })
    }
  }

  return {
    get active() {
      return asks.size
    },
    get tokensPerSecond() {
      return tokensPerSecond
    },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what an engine of ours sends for this kind
    stream: (kind, ask, signal) => start(kind, ask, signal) as AsyncGenerator<ChatEvent>,
    ask: async (kind, ask, signal) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- likewise
      for await (const result of start(kind, ask, signal)) return result as never
      throw gone()
    },
    receive(message) {
      if (message.type === 'accepted') accept(message.id)
      if (message.type === 'events') for (const event of message.events) hear(event)
    },
    failAll() {
      for (const id of asks.keys()) settle(id)?.events.fail(gone())
    },
  }
}

export function asError({ code, message, ...options }: EngineFailure): LlmdError {
  return new LlmdError(code, message, options)
}
