import { readdir } from 'node:fs/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { MetricMaker } from './metric-maker.ts'

type Delays = ReturnType<typeof monitorEventLoopDelay>

/** How finely delays are told apart, in milliseconds: the process wakes up this often. */
const resolutionMs = 20

/**
 * Adds what is known of any process, and of any on Node.js, by the names that others have for it. The delay of the
 * event loop is measured from the first scrape on. Disposing it ends that.
 */
export function addProcessMetrics({ gauge, total }: MetricMaker): Disposable {
  const startedAt = Date.now() / 1000 - process.uptime()
  let delays: Delays | undefined

  total('process_cpu_user_seconds_total', 'CPU time in user mode.', () => process.cpuUsage().user / 1e6)
  total('process_cpu_system_seconds_total', 'CPU time in system mode.', () => process.cpuUsage().system / 1e6)
  gauge('process_start_time_seconds', 'Start of the daemon, since 1970.', { read: (add) => add(startedAt) })
  gauge('process_resident_memory_bytes', 'Resident memory of the daemon.', {
    read: (add) => add(process.memoryUsage.rss()),
  })
  gauge('process_open_fds', 'Open file descriptors, where Linux tells.', {
    async read(add) {
      const open = await readdir('/proc/self/fd').catch(() => null)
      if (open) add(open.length)
    },
  })
  gauge('nodejs_heap_size_used_bytes', 'Heap of V8 that is in use.', {
    read: (add) => add(process.memoryUsage().heapUsed),
  })
  const delay = (name: string, help: string, read: (measured: Delays) => number) =>
    gauge(name, help, {
      // No delay is shorter than the interval, which is none of it.
      read(add) {
        if (delays && delays.count > 0) add(Math.max(0, read(delays) / 1e9 - resolutionMs / 1000))
      },
    })
  delay(
    'nodejs_eventloop_lag_p50_seconds',
    'Median delay of the event loop since the last scrape.',
    (measured) => measured.percentile(50),
  )
  delay('nodejs_eventloop_lag_p99_seconds', 'Its 99th percentile.', (measured) => measured.percentile(99))
  gauge('nodejs_eventloop_lag_max_seconds', 'The longest.', {
    read(add) {
      if (delays && delays.count > 0) add(Math.max(0, delays.max / 1e9 - resolutionMs / 1000))
      if (delays) delays.reset()
      else {
        delays = monitorEventLoopDelay({ resolution: resolutionMs })
        delays.enable()
      }
    },
  })
  return { [Symbol.dispose]: () => void delays?.disable() }
}
