import { Worker } from 'node:worker_threads'

const watch = `
const { workerData } = require('node:worker_threads')
setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL')
}, 250)
`

/**
 * Ties this forked process to its parent: it is killed as soon as the IPC channel closes, and within half a
 * second of the parent's death even if the main thread is stuck in native code or an endless loop.
 */
export function exitWithParent(): void {
  process.once('disconnect', end)
  if (!process.connected) end()
  new Worker(watch, { eval: true, workerData: process.ppid, env: {}, execArgv: [] }).unref()
}

/** Killed rather than exited: the exit handlers of native code could hang. */
function end(): void {
  process.kill(process.pid, 'SIGKILL')
}
