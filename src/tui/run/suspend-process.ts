/**
 * Stops this process and those it was started with, as Ctrl-Z does, and calls back once it goes on.
 */
export function suspendProcess(onResume: () => void): void {
  const handlers = process.listeners('SIGTSTP')
  // Without a handler the signal does what it does to everyone.
  process.removeAllListeners('SIGTSTP')
  process.once('SIGCONT', () => {
    for (const handler of handlers) process.on('SIGTSTP', handler)
    onResume()
  })
  process.kill(0, 'SIGTSTP')
}
