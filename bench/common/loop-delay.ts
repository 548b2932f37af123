// Preloaded into the daemon: tells its event-loop delay to the benchmark that started it, over IPC.
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Of the timer whose lateness is measured. */
const resolutionMs = 1

const histogram = monitorEventLoopDelay({ resolution: resolutionMs })

process.on('message', (message) => {
  if (message === 'start') {
    histogram.reset()
    histogram.enable()
  } else {
    histogram.disable()
    // What is recorded is the whole interval, of which the timer was meant to take a part.
    process.send?.(histogram.percentile(99) / 1e6 - resolutionMs)
  }
})
process.channel?.unref()
