import { setTimeout as delay } from 'node:timers/promises'
import type { RequestStory } from '../api/requests.ts'
import { LlmdError } from '../errors.ts'
import { LiveSet } from '../live-set.ts'
import { OpenRequest, type RequestKeeper } from './open-request.ts'
import { rememberStories } from './remember-stories.ts'
import { type EndedStory, tellStory } from './tell-story.ts'

/** How long aborted requests may take to say goodbye. */
const farewellMs = 2000

/** Of so many requests that are over the story is kept. */
const mostRemembered = 500

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

  const keeper: RequestKeeper = {
    stallMs,
    follow(request) {
      if (openRequests.has(request)) following.add(request)
      settle()
    },
    remember(request, story) {
      const isListed = request.isCounted && openRequests.has(request)
      keeper.withdraw(request)
      if (!isListed) return
      served += 1
      remembered.add(story)
    },
    withdraw(request) {
      if (openRequests.delete(request) && request.isCounted) active -= 1
      following.delete(request)
      settle()
    },
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
    open({ startedAt = new Date(), ...options }) {
      const request = new OpenRequest({ ...options, startedAt }, keeper)
      openRequests.add(request)
      if (request.isCounted) active += 1
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

/** Waits for the end, but no longer than this. */
async function within(ms: number, end: Promise<void>): Promise<void> {
  const timer = new AbortController()
  await Promise.race([end, delay(ms, undefined, { signal: timer.signal }).catch(() => {})])
  timer.abort()
}
