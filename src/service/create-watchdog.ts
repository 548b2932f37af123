/** Steps between two pings. */
const steps = 8

/** A loop that comes round later than this is not healthy. */
const longestDelayMs = 1000

/**
 * Says that this process is alive at half of the time after which the service manager ends it, and only while the
 * event loop is healthy: its delay is measured in steps, of which the last two have to be in time.
 * @param options.timeoutMs what the service manager waits for a ping
 */
export function createWatchdog({ timeoutMs, ping }: { timeoutMs: number; ping: () => void }): Disposable {
  const halfMs = timeoutMs / 2
  const stepMs = halfMs / steps
  const toleranceMs = Math.min(stepMs, longestDelayMs)
  let inTime = 0
  let lastStep = performance.now()
  let lastPing = lastStep
  ping()
  const timer = setInterval(() => {
    const now = performance.now()
    inTime = now - lastStep - stepMs <= toleranceMs ? inTime + 1 : 0
    lastStep = now
    // A step is never exactly as long as it should be.
    if (inTime < 2 || now - lastPing < halfMs - stepMs / 2) return
    lastPing = now
    ping()
  }, stepMs)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
