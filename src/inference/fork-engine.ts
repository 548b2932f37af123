import { fork, type ChildProcess } from 'node:child_process'
import { childEnvironment } from './child-environment.ts'

export interface ForkEngineOptions {
  /** The child's entry: worker.ts in a checkout, worker.js in a build. */
  workerPath: string
  env: NodeJS.ProcessEnv
}

/** A process for an engine, which waits to be told what to load. */
export function forkEngine({ workerPath, env }: ForkEngineOptions): ChildProcess {
  const child = fork(workerPath, {
    env: childEnvironment(env),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'json',
  })
  // Whoever waits for it hears of it; nobody else need to.
  child.on('error', () => {})
  return child
}
