import type { Log } from '../log.ts'

/** Sees to it that the log is whole however this process ends, and tells of what ended it. To be disposed. */
export function lastWords({ log, flush }: { log: Log; flush: () => void }): Disposable {
  const onUncaught = (error: unknown, origin: string) => {
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error)
    log.error('llmd met an unexpected error and ends', { origin, cause })
    flush()
  }
  process.on('uncaughtExceptionMonitor', onUncaught)
  process.on('exit', flush)
  return {
    [Symbol.dispose]() {
      process.off('uncaughtExceptionMonitor', onUncaught)
      process.off('exit', flush)
    },
  }
}
