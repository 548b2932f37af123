import { toLlmdError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Upstream } from './upstream.ts'

export interface LiveUpstreams extends AsyncDisposable {
  /** The connection of this name; opened by the first who asks. @throws what `open` throws */
  get(name: string, open: () => Upstream): Upstream
  has(name: string): boolean
  /** New requests get another connection; those under way end on this one. */
  retire(name: string): void
}

/** Disposing waits for what was retired too. */
export function createLiveUpstreams({ log }: { log: Log }): LiveUpstreams {
  const live = new Map<string, Upstream>()
  const closing = new Set<Promise<void>>()

  async function close(name: string, upstream: Upstream): Promise<void> {
    try {
      await upstream[Symbol.asyncDispose]()
    } catch (error) {
      log.warn('a connection did not close', { provider: name, reason: toLlmdError(error).message })
    }
  }

  function retire(name: string): void {
    const upstream = live.get(name)
    if (!upstream) return
    live.delete(name)
    const closed = close(name, upstream)
    closing.add(closed)
    void closed.then(() => closing.delete(closed))
  }

  return {
    get(name, open) {
      const upstream = live.get(name) ?? open()
      live.set(name, upstream)
      return upstream
    },
    has: (name) => live.has(name),
    retire,
    async [Symbol.asyncDispose]() {
      for (const name of live.keys()) retire(name)
      await Promise.all(closing)
    },
  }
}
