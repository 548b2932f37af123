import { createNotifier } from './create-notifier.ts'
import { createWatchdog } from './create-watchdog.ts'
import { takeInheritedSockets } from './take-inherited-sockets.ts'

/** Who started this process as a service and looks after it: systemd, or nobody. It is told, and never waited for. */
export interface ServiceManager extends Disposable {
  /** Descriptors of the sockets that it opened for us. */
  readonly sockets: number[]
  /** Requests are taken. From now on it also hears that the event loop is healthy. */
  ready(status: string): void
  /** Tells it of the work, before and after. */
  reload(work: () => void): Promise<void>
  /** The end has begun, and may take so long. */
  stopping(options: { withinMs: number }): void
}

/** Whatever the service manager set in the environment for this process alone is taken out of it. */
export function joinServiceManager(
  env: NodeJS.ProcessEnv,
  { onFailure }: { onFailure: (reason: string) => void },
): ServiceManager {
  const timeoutMs = takeWatchdogTimeout(env)
  const notifier = createNotifier({ env, onFailure })
  let watchdog: Disposable | undefined
  return {
    sockets: takeInheritedSockets(env),
    ready(status) {
      void notifier.send(['READY=1', `STATUS=${status}`])
      if (timeoutMs !== null) {
        watchdog = createWatchdog({ timeoutMs, ping: () => void notifier.send(['WATCHDOG=1']) })
      }
    },
    async reload(work) {
      // In one message, and by the clock that systemd reads too.
      await notifier.send(['RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`])
      work()
      await notifier.send(['READY=1'])
    },
    stopping({ withinMs }) {
      void notifier.send([
        'STOPPING=1',
        'STATUS=Open requests may end first',
        `EXTEND_TIMEOUT_USEC=${Math.ceil(withinMs * 1000)}`,
      ])
    },
    [Symbol.dispose]: () => watchdog?.[Symbol.dispose](),
  }
}

/** Null where nobody watches. */
function takeWatchdogTimeout(env: NodeJS.ProcessEnv): number | null {
  const { WATCHDOG_USEC, WATCHDOG_PID } = env
  delete env['WATCHDOG_USEC']
  delete env['WATCHDOG_PID']
  if (WATCHDOG_PID !== undefined && WATCHDOG_PID !== String(process.pid)) return null
  return /^[1-9]\d{0,15}$/.test(WATCHDOG_USEC ?? '') ? Number(WATCHDOG_USEC) / 1000 : null
}
