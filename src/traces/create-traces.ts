import { setTimeout as delay } from 'node:timers/promises'
import type { RequestStory } from '../api/requests.ts'
import type { Log } from '../log.ts'
import { encodeSpans } from './encode-spans.ts'
import { sendSpans } from './send-spans.ts'
import { tellSpans } from './tell-spans.ts'
import type { TraceDestination } from './trace-destination.ts'
import type { FindProvider, TracedProvider } from './traced-provider.ts'

/** Sends the spans of requests to a collector, in batches. Disposing it sends what waits, for a few seconds at most. */
export interface Traces extends AsyncDisposable {
  /** Takes a request that is over. Returns at once, however the collector is. */
  request(story: RequestStory): void
}

export interface TracesOptions {
  destination: TraceDestination
  version: string
  findProvider: FindProvider
  log: Log
  /** Longest wait of a request until it is sent, in milliseconds. */
  everyMs?: number
  /** Longest wait for the collector. */
  timeoutMs?: number
  /** Requests that may wait, before the oldest of them are dropped. */
  capacity?: number
}

const storiesInBatch = 256

/** While a collector is gone, the log says so this often. */
const logEveryMs = 60_000

/** At the end, what waits is given up after this. */
const farewellMs = 3000

export function createTraces(options: TracesOptions): Traces {
  const { destination, version, findProvider, log } = options
  const { everyMs = 5000, timeoutMs = 10_000, capacity = 2048 } = options
  const waiting: RequestStory[] = []
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> | undefined
  let lost = 0
  let loggedAt = Number.NEGATIVE_INFINITY
  const end = new AbortController()

  const tellLoss = (reason: string) => {
    if (performance.now() - loggedAt < logEveryMs) return
    loggedAt = performance.now()
    log.warn('traces could not be sent', { reason, waiting: waiting.length, lost })
    lost = 0
  }

  /** Spans are made here, so that requests need not wait for it. */
  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, storiesInBatch)
      const providers = new Map<string, TracedProvider | undefined>()
      const find = (name: string) => {
        if (!providers.has(name)) providers.set(name, findProvider(name))
        return providers.get(name)
      }
      const spans = batch.flatMap((story) => tellSpans(story, find))
      const body = encodeSpans(spans, { resource: destination.resource, version })
      const signal = AbortSignal.any([end.signal, AbortSignal.timeout(timeoutMs)])
      const result = await sendSpans({ ...destination, body, signal })
      if (result.kind === 'sent') continue
      const kept = result.kind === 'later' ? batch.slice(0, capacity - waiting.length) : []
      lost += batch.length - kept.length
      waiting.unshift(...kept)
      tellLoss(result.reason)
      if (kept.length > 0) return
    }
  }

  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    sending ??= sendAll().finally(() => {
      sending = undefined
      if (waiting.length > 0) flushSoon()
    })
    return sending
  }

  const flushSoon = () => {
    if (!end.signal.aborted) timer ??= setTimeout(() => void flush(), everyMs).unref()
  }

  return {
    request(story) {
      if (!story.trace || story.model === null) return
      waiting.push(story)
      if (waiting.length > capacity) {
        waiting.shift()
        lost += 1
      }
      if (waiting.length === storiesInBatch) void flush()
      else flushSoon()
    },
    async [Symbol.asyncDispose]() {
      const done = new AbortController()
      const finish = async () => {
        await sending
        await flush()
        done.abort()
      }
      await Promise.race([finish(), delay(farewellMs, undefined, { signal: done.signal }).catch(() => {})])
      clearTimeout(timer)
      end.abort(new Error('llmd ends'))
      await sending
      clearTimeout(timer)
    },
  }
}
