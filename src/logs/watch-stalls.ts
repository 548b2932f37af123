import type { Log } from '../log.ts'

/** Tells in the log when everything stood still for a while: nothing is answered meanwhile. */
export function watchStalls({
  log,
  everyMs = 100,
  longestMs = 200,
}: {
  log: Log
  everyMs?: number
  /** What is not worth a line. */
  longestMs?: number
}): Disposable {
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    const ms = Math.round(now - last - everyMs)
    last = now
    if (ms > longestMs) log.warn('the daemon stood still', { ms })
  }, everyMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
