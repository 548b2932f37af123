import { randomUUID } from 'node:crypto'
import type { AnswerObserver } from '../chat/backend.ts'
import type { ChatEvent } from '../chat/event.ts'
import { type ChatUsage, noUsage } from '../chat/usage.ts'
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
    observer?: AnswerObserver,
  ) => AsyncGenerator<ChatEvent>
  ask: <Kind extends ResultKind>(
    kind: Kind,
    ask: EngineAsks[Kind]['ask'],
    signal: AbortSignal,
    observer?: AnswerObserver,
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
  observer: AnswerObserver | undefined
  /** What the answer ends with, once it is over, and what it says was used. */
  end?: { last: unknown; usage: ChatUsage | null }
}

/** How long an engine may take to say what a cancelled ask had used. */
const reckoningMs = 1000

export function createAskMultiplexer(options: AskMultiplexerOptions): AskMultiplexer {
  const { send, alive, gone, acceptMs, onStuck } = options
  const asks = new Map<string, Pending>()
  /** Cancelled asks of which is not known yet what they used. */
  const cancelled = new Map<string, (usage: ChatUsage | null) => void>()
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

  function cancel(id: string) {
    const pending = settle(id)
    // It is over already.
    if (!pending) return
    send({ type: 'cancel', id })
    if (!pending.observer || !alive()) return
    const { promise, resolve } = Promise.withResolvers<ChatUsage | null>()
    const reckon = (usage: ChatUsage | null) => {
      clearTimeout(timer)
      cancelled.delete(id)
      resolve(usage)
    }
    const timer = setTimeout(reckon, reckoningMs, null)
    cancelled.set(id, reckon)
    pending.observer.onCut(promise)
  }

  function hear(event: AskEvent) {
    const reckon = cancelled.get(event.id)
    if (reckon) {
      // An end that crossed the cancellation on its way tells as much.
      const usage = usageIn(event)
      if (usage) reckon(usage)
    } else if (event.type === 'speed') {
      tokensPerSecond = event.tokensPerSecond
    } else if (event.type === 'turn') {
      asks.get(event.id)?.observer?.onTurn(event.waitedMs)
    } else if (event.type === 'failed') {
      const pending = settle(event.id)
      if (event.usage) pending?.observer?.onCut(Promise.resolve(event.usage))
      pending?.events.fail(asError(event.failure))
    } else if (event.type === 'event' && event.event.type !== 'finish') {
      asks.get(event.id)?.events.push(event.event)
    } else if (event.type !== 'cancelled') {
      const pending = settle(event.id)
      if (!pending) return
      const last = event.type === 'event' ? event.event : event.result
      pending.end = { last, usage: usageIn(event) }
      pending.events.push(last)
      pending.events.end()
    }
  }

  async function* start(
    kind: keyof EngineAsks,
    ask: object,
    signal: AbortSignal,
    observer: AnswerObserver | undefined,
  ): AsyncGenerator {
    signal.throwIfAborted()
    const id = randomUUID()
    const events = createEventQueue<unknown>()
    const pending: Pending = { events, acceptTimer: setTimeout(onStuck, acceptMs), observer }
    let isEndTold = false
    const leave = () => {
      cancel(id)
      // Its end is here, and nobody will read it.
      if (pending.end && !isEndTold) observer?.onCut(Promise.resolve(pending.end.usage))
      isEndTold = true
    }
    const giveUp = () => {
      leave()
      events.fail(signal.reason)
    }
    asks.set(id, pending)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      // Between looking the engine up and getting here its process may have ended.
      if (!alive()) throw gone()
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the two public methods pair kind and ask
      send({ type: 'ask', id, ask: { kind, ask } as never })
      for await (const event of events) {
        if (pending.end?.last === event) {
          signal.throwIfAborted()
          isEndTold = true
        }
        yield event
      }
    } finally {
      signal.removeEventListener('abort', giveUp)
      // The reader may have left before the end: nobody waits for the rest.
      leave()
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
    stream: (kind, ask, signal, observer) => start(kind, ask, signal, observer) as AsyncGenerator<ChatEvent>,
    ask: async (kind, ask, signal, observer) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- likewise
      for await (const result of start(kind, ask, signal, observer)) return result as never
      throw gone()
    },
    receive(message) {
      if (message.type === 'accepted') accept(message.id)
      if (message.type === 'events') for (const event of message.events) hear(event)
      if (message.type === 'heartbeat') {
        for (const { id, ...progress } of message.answers) asks.get(id)?.observer?.onProgress(progress)
      }
    },
    failAll() {
      for (const id of asks.keys()) settle(id)?.events.fail(gone())
      for (const reckon of cancelled.values()) reckon(null)
    },
  }
}

/** What an event that ends an ask says of its usage. */
function usageIn(event: AskEvent): ChatUsage | null {
  if (event.type === 'cancelled') return event.usage
  if (event.type === 'failed') return event.usage ?? null
  if (event.type === 'event' && event.event.type === 'finish') return event.event.usage
  const result: unknown = event.type === 'result' ? event.result : null
  if (typeof result !== 'object' || result === null || !('promptTokens' in result)) return null
  return { ...noUsage, promptTokens: Number(result.promptTokens) }
}

export function asError({ code, message, ...options }: EngineFailure): LlmdError {
  return new LlmdError(code, message, options)
}
