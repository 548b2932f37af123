import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { LlmdError } from '../errors.ts'
import { invalidFile } from './gguf/invalid-file.ts'
import type { GgufSummary } from './inference.ts'
import type { InspectReply, InspectRequest } from './inspect-protocol.ts'

export interface InspectFileOptions {
  /** Absolute path of the model file. */
  path: string
  /** Absolute path of the module `inspect-child`. */
  childPath: string
  deadlineMs?: number
  signal?: AbortSignal
}

/**
 * Reads what a model file says of itself, in a process of its own that is gone when this settles: whatever is
 * in the file, the daemon neither hangs nor dies of it.
 * @throws LlmdError `model_file_not_found`, `model_file_invalid`; the reason of `signal`
 */
export async function inspectFile(options: InspectFileOptions): Promise<GgufSummary> {
  const { path, childPath, deadlineMs = 10_000, signal } = options
  signal?.throwIfAborted()
  const deadline = AbortSignal.timeout(deadlineMs)
  const child = fork(childPath, {
    cwd: '/',
    env: {},
    execArgv: ['--max-old-space-size=128'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  try {
    const reply = await ask(child, { path }, AbortSignal.any(signal ? [deadline, signal] : [deadline]))
    if (reply.ok) return reply.summary
    throw new LlmdError(reply.code, reply.message, reply.hint === null ? {} : { hint: reply.hint })
  } catch (error) {
    signal?.throwIfAborted()
    if (deadline.aborted) throw invalidFile(`took longer than ${deadlineMs} ms to read.`)
    throw error instanceof LlmdError ? error : notStarted(error)
  } finally {
    child.kill('SIGKILL')
  }
}

async function ask(child: ChildProcess, request: InspectRequest, signal: AbortSignal): Promise<InspectReply> {
  const replied: Promise<InspectReply[]> = once(child, 'message', { signal })
  const exited = once(child, 'exit', { signal }).then(([, killedBy]) => Promise.reject(exitError(killedBy)))
  // Without a process there is no channel either; a failure to send means that the child is gone, which its exit tells.
  if (child.connected) child.send(request, () => {})
  const [reply] = await Promise.race([replied, exited])
  return reply ?? Promise.reject(exitError(null))
}

function exitError(killedBy: NodeJS.Signals | null): LlmdError {
  if (killedBy !== null) return invalidFile(`made the process that reads it crash (${killedBy}).`)
  return notStarted()
}

/** For want of descriptors or memory, say. */
function notStarted(cause?: unknown): LlmdError {
  return new LlmdError('internal_error', 'The process that reads model files did not start.', {
    hint: 'The log of the daemon tells more; search it for the request id.',
    cause,
  })
}
