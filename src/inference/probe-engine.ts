import { fork } from 'node:child_process'
import { once } from 'node:events'
import { LlmdError } from '../errors.ts'
import { childEnvironment } from './child-environment.ts'

/** `backend` is what it computes by, null on the CPU. */
export type ProbeReply = { ok: true; backend: string | null; gpus: string[] } | { ok: false; reason: string }

/** Opening a GPU for the first time after a start of the machine takes seconds. */
const withinMs = 30_000

/**
 * Opens llama.cpp in a process of its own that is gone when this settles.
 * @param options.childPath Absolute path of the module `probe-child`
 * @throws LlmdError `engine_failed`
 */
export async function probeEngine(options: {
  childPath: string
  env: NodeJS.ProcessEnv
  signal: AbortSignal
}): Promise<{ backend: string | null; gpus: string[] }> {
  const { childPath, env } = options
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(withinMs)])
  const child = fork(childPath, {
    cwd: '/',
    env: childEnvironment(env),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  try {
    const replied: Promise<ProbeReply[]> = once(child, 'message', { signal })
    const exited = once(child, 'exit', { signal }).then(() => Promise.reject(new Error('its process ended')))
    const [reply] = await Promise.race([replied, exited])
    if (reply?.ok) return { backend: reply.backend, gpus: reply.gpus }
    throw new Error(reply?.reason)
  } catch (error) {
    options.signal.throwIfAborted()
    const reason = error instanceof Error ? error.message : String(error)
    throw new LlmdError('engine_failed', `llama.cpp does not open here: ${reason}`, {
      hint: 'Install llmd again on this machine: its binary fits one system and one processor.',
      cause: error,
    })
  } finally {
    child.kill('SIGKILL')
  }
}
