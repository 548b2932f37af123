import { fork, type ChildProcess } from 'node:child_process'

/** What it takes to find the system's libraries, names of hosts, and certificates; keys and tokens stay out of it. */
const passed =
  /^(PATH|HOME|LANG|LC_.+|TZ|TMPDIR|LD_LIBRARY_PATH|NODE_EXTRA_CA_CERTS|NODE_USE_SYSTEM_CA|SSL_CERT_(FILE|DIR)|RES_OPTIONS|LOCALDOMAIN)$/

/** @param options.workerPath the child's entry: worker.ts in a checkout, worker.js in a build */
export function forkFront(options: { workerPath: string; env: NodeJS.ProcessEnv }): ChildProcess {
  const child = fork(options.workerPath, {
    env: Object.fromEntries(Object.entries(options.env).filter(([name]) => passed.test(name))),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'json',
  })
  // Whoever waits for it hears of it; nobody else need to.
  child.on('error', () => {})
  return child
}
