import type { Log } from '../../log.ts'

/** Below this, the kernel soon begins to end processes. */
export const sparedBytes = 256 * 1024 * 1024

/** Unloads an idle model whenever memory runs low, one at a time, until it does no more. */
export function watchMemory(options: {
  /** Null where that is not known. */
  available: () => number | null
  /** Ends the model that was unused for the longest; its name, and undefined where there is none to end. */
  evictOne: () => string | undefined
  log: Log
  everyMs?: number
}): Disposable {
  const { available, evictOne, log, everyMs = 5000 } = options
  const timer = setInterval(() => {
    const bytes = available()
    if (bytes === null || bytes >= sparedBytes) return
    const model = evictOne()
    if (model !== undefined)
      log.warn('a model was unloaded, for memory runs low', { model, available_bytes: bytes })
  }, everyMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
