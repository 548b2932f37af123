import { setTimeout as delay } from 'node:timers/promises'
import type { RequestStory } from '../api/requests.ts'
import type { CancelSignal } from '../chat/cancel-signal.ts'
import { type ChatUsage, noUsage } from '../chat/usage.ts'
import { LlmdError } from '../errors.ts'
import { type LiveMember, LiveSet } from '../live-set.ts'
import type { Attempt } from '../routing/attempts.ts'
import type { TraceContext } from '../traces/trace-context.ts'
import { rememberStories } from './remember-stories.ts'
import { RequestSignal } from './request-signal.ts'
import { type EndedStory, tellStory } from './tell-story.ts'

/** How long aborted requests may take to say goodbye. */
const farewellMs = 2000

/** Of so many requests that are over the story is kept. */
const mostRemembered = 500

export interface OpenRequest extends LiveMember {
  /** Named by `x-request-id`. */
  readonly id: string
  readonly path: string
  /** Whether it shows in the figures. */
  readonly isCounted: boolean
  readonly startedAt: Date
  /** How long its client may leave unread what was sent: it holds a slot and memory all the while. */
  readonly stallMs: number
  /** Milliseconds since then, by a clock that nobody sets. */
  elapsed(): number
  /** What is known of it once its body is read, and whose it is. */
  model: string | null
  tokenId: string | null
  tokenName: string | null
  /** What answers: a local model's name, or a provider and its own id of the model. */
  target: { provider: string | null; model: string } | null
  /** What its model stood for, once that was looked up. */
  route: RequestStory['route']
  /** Milliseconds that a local model took until it was loaded, and then until it had a slot. */
  waits: { modelMs: number | null; turnMs: number | null }
  /** Null until something of it is known. */
  readonly usage: ChatUsage | null
  /** Adds to the usage. */
  use(usage: Partial<ChatUsage>): void
  /** Adds to the usage what is not known yet. */
  reckon(usage: Promise<ChatUsage | null>): void
  /** Settles when all that `reckon` was told is known; null where it was told nothing. */
  readonly reckoned: Promise<unknown> | null
  /** Whether its answer is asked for in events; null until its body is read. */
  streamed: boolean | null
  /** Null where no traces are sent. */
  trace: TraceContext | null
  /** What was tried to answer it, in order. */
  attempts: Attempt[]
  /** From its start to the first byte or event of its answer. */
  firstByteMs: number | null
  /** Ends its work: the client left, or the daemon has to end it. The first reason wins. */
  readonly cancelSignal: CancelSignal
  /** The same, for what wants an AbortSignal. */
  readonly signal: AbortSignal
  readonly clientLeft: boolean
  leave(): void
  abort(reason: LlmdError): void
  /** It tells of the others for as long as there are any: a drain does not wait for it, and ends it last. */
  follow(): void
  /** The answer is over, whatever came of it. */
  close(end: { status: number; code: string | null }): EndedStory
  /** Another process answers it: it is as if it had never been open here. */
  withdraw(): void
}

export interface RequestTracker {
  /** Requests to `/v1` that are being answered. */
  readonly active: number
  /** Requests to `/v1` that were answered. */
  readonly served: number
  readonly draining: boolean
  /** `counted`: whether it shows in the figures; every open request is waited for unless it follows the others. */
  open(options: { id: string; path: string; counted: boolean; startedAt?: Date }): OpenRequest
  /** A request that another process answered: it is counted and remembered. */
  record(story: EndedStory): void
  /** Requests to `/v1` that are being answered, oldest first. */
  list(): OpenRequest[]
  /** A request to `/v1` that is being answered, or is one of the last few hundred that were. */
  find(id: string): RequestStory | undefined
  /** Ends one of them. @throws LlmdError `request_not_found` */
  cancel(id: string): OpenRequest
  /**
   * From now on `/ready` says no and new chats are refused. Resolves when all open requests have ended: by
   * themselves within `graceMs`, or else because they were aborted with `reason`, as those are that follow the others.
   */
  drain(options: { graceMs: number; reason: LlmdError }): Promise<void>
}

/** Knows every request that is being answered, so that the daemon can let them end before it does. */
export function trackRequests({ stallMs = 30_000 }: { stallMs?: number } = {}): RequestTracker {
  const openRequests = new LiveSet<OpenRequest>()
  let active = 0
  const following = new Set<OpenRequest>()
  const remembered = rememberStories(mostRemembered)
  const idle = Promise.withResolvers<void>()
  const gone = Promise.withResolvers<void>()
  let served = 0
  let draining = false

  const settle = () => {
    if (!draining) return
    if (openRequests.size === following.size) idle.resolve()
    if (openRequests.size === 0) gone.resolve()
  }

  const listed = () =>
    openRequests
      .toArray()
      .filter(({ isCounted }) => isCounted)
      .map((request) => ({ request, age: request.elapsed() }))
      .toSorted((a, b) => b.age - a.age)
      .map(({ request }) => request)

  const findListed = (id: string) => listed().find((request) => request.id === id)

  return {
    get active() {
      return active
    },
    get served() {
      return served
    },
    get draining() {
      return draining
    },
    list: listed,
    find(id) {
      const request = findListed(id)
      return request ? tellStory(request, null) : remembered.find(id)
    },
    cancel(id) {
      const request = findListed(id)
      if (!request) {
        throw new LlmdError('request_not_found', `There is no open request ${JSON.stringify(id)}.`, {
          hint: 'List the open ones with: llmd requests',
        })
      }
      request.abort(new LlmdError('request_cancelled', 'An operator cancelled this request.'))
      return request
    },
    record(story) {
      served += 1
      remembered.add(story)
    },
    open({ id, path, counted, startedAt = new Date() }) {
      const signal = new RequestSignal()
      const started = performance.now()
      let clientLeft = false
      let usage: ChatUsage | null = null
      let reckoned: Promise<unknown> | null = null
      const request: OpenRequest = {
        liveSlot: -1,
        id,
        path,
        isCounted: counted,
        startedAt,
        stallMs,
        elapsed: () => performance.now() - started,
        model: null,
        tokenId: null,
        tokenName: null,
        target: null,
        route: null,
        waits: { modelMs: null, turnMs: null },
        get usage() {
          return usage
        },
        use: (more) => void (usage = sum(usage ?? noUsage, more)),
        get reckoned() {
          return reckoned
        },
        reckon(later) {
          const counting = later.then((more) => more && request.use(more))
          reckoned = Promise.all([reckoned, counting])
        },
        streamed: null,
        trace: null,
        attempts: [],
        firstByteMs: null,
        cancelSignal: signal,
        get signal() {
          return signal.toAbortSignal()
        },
        get clientLeft() {
          return clientLeft
        },
        leave() {
          if (signal.aborted) return
          clientLeft = true
          signal.abort(new DOMException('The client left.', 'AbortError'))
        },
        abort: (reason) => signal.abort(reason),
        follow() {
          if (openRequests.has(request)) following.add(request)
          settle()
        },
        close(end) {
          const story = tellStory(request, end)
          const isListed = counted && openRequests.has(request)
          request.withdraw()
          if (isListed) {
            served += 1
            remembered.add(story)
          }
          return story
        },
        withdraw() {
          if (openRequests.delete(request) && counted) active -= 1
          following.delete(request)
          settle()
        },
      }
      openRequests.add(request)
      if (counted) active += 1
      return request
    },
    async drain({ graceMs, reason }) {
      draining = true
      settle()
      await within(graceMs, idle.promise)
      for (const request of openRequests.toArray()) request.abort(reason)
      await within(farewellMs, gone.promise)
    },
  }
}

function sum(usage: ChatUsage, more: Partial<ChatUsage>): ChatUsage {
  return {
    promptTokens: usage.promptTokens + (more.promptTokens ?? 0),
    completionTokens: usage.completionTokens + (more.completionTokens ?? 0),
    cachedTokens: usage.cachedTokens + (more.cachedTokens ?? 0),
    reasoningTokens: usage.reasoningTokens + (more.reasoningTokens ?? 0),
  }
}

/** Waits for the end, but no longer than this. */
async function within(ms: number, end: Promise<void>): Promise<void> {
  const timer = new AbortController()
  await Promise.race([end, delay(ms, undefined, { signal: timer.signal }).catch(() => {})])
  timer.abort()
}
