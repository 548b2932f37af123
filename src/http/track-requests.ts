import { setTimeout as delay } from 'node:timers/promises'
import { LlmdError } from '../errors.ts'

/** How long aborted requests may take to say goodbye. */
const farewellMs = 2000

export interface OpenRequest {
  /** Named by `x-request-id`. */
  readonly id: string
  readonly path: string
  readonly startedAt: Date
  /** What is known of it once its body is read, and whose it is. */
  model: string | null
  tokenId: string | null
  /** Ends its work: the client left, or the daemon has to end it. The first reason wins. */
  readonly signal: AbortSignal
  readonly clientLeft: boolean
  leave(): void
  abort(reason: LlmdError): void
  /** The answer is over, whatever came of it. */
  close(): void
}

export interface RequestTracker {
  /** Requests to `/v1` that are being answered. */
  readonly active: number
  /** Requests to `/v1` that were answered. */
  readonly served: number
  readonly draining: boolean
  /** `counted`: whether it shows in the figures; every open request is waited for. */
  open(options: { id: string; path: string; client: AbortSignal; counted: boolean }): OpenRequest
  /** Requests to `/v1` that are being answered, oldest first. */
  list(): OpenRequest[]
  /** Ends one of them. @throws LlmdError `request_not_found` */
  cancel(id: string): OpenRequest
  /**
   * From now on `/ready` says no and new chats are refused. Resolves when all open requests have ended: by
   * themselves within `graceMs`, or else because they were aborted with `reason`.
   */
  drain(options: { graceMs: number; reason: LlmdError }): Promise<void>
}

/** Knows every request that is being answered, so that the daemon can let them end before it does. */
export function trackRequests(): RequestTracker {
  const openRequests = new Set<OpenRequest>()
  const listed = new Set<OpenRequest>()
  const idle = Promise.withResolvers<void>()
  let served = 0
  let draining = false

  const settle = () => {
    if (draining && openRequests.size === 0) idle.resolve()
  }

  const idleWithin = async (ms: number) => {
    const timer = new AbortController()
    await Promise.race([idle.promise, delay(ms, undefined, { signal: timer.signal }).catch(() => {})])
    timer.abort()
  }

  return {
    get active() {
      return listed.size
    },
    get served() {
      return served
    },
    get draining() {
      return draining
    },
    list: () => [...listed],
    cancel(id) {
      const request = listed.values().find((one) => one.id === id)
      if (!request) {
        throw new LlmdError('request_not_found', `There is no open request ${JSON.stringify(id)}.`, {
          hint: 'List the open ones with: llmd requests',
        })
      }
      request.abort(new LlmdError('request_cancelled', 'An operator cancelled this request.'))
      return request
    },
    open({ id, path, client, counted }) {
      const controller = new AbortController()
      let clientLeft = false
      const leave = () => {
        if (controller.signal.aborted) return
        clientLeft = true
        controller.abort()
      }
      const request: OpenRequest = {
        id,
        path,
        startedAt: new Date(),
        model: null,
        tokenId: null,
        signal: controller.signal,
        get clientLeft() {
          return clientLeft
        },
        leave,
        abort: (reason) => controller.abort(reason),
        close() {
          if (!openRequests.delete(request)) return
          client.removeEventListener('abort', leave)
          if (listed.delete(request)) served += 1
          settle()
        },
      }
      if (client.aborted) leave()
      else client.addEventListener('abort', leave, { once: true })
      openRequests.add(request)
      if (counted) listed.add(request)
      return request
    },
    async drain({ graceMs, reason }) {
      draining = true
      settle()
      await idleWithin(graceMs)
      for (const request of openRequests) request.abort(reason)
      await idleWithin(farewellMs)
    },
  }
}
