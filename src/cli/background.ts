import { spawn } from 'node:child_process'
import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fromWireError } from '../client/read-error.ts'
import { ensureFolders, type Paths } from '../config/paths.ts'
import { LlmdError } from '../errors.ts'
import type { Handover } from './handover.ts'
import { safe } from './safe-text.ts'

const tailLines = 15

/** Beyond it the file is begun anew at the next start. */
const mostBytes = 1024 ** 2

export interface BackgroundDaemon {
  pid: number
  handover: Extract<Handover, { ready: true }>
}

/**
 * Starts `llmd serve` on its own, what it says past its log appended to a file, and waits until it listens.
 * @param options.program bin/run.js
 * @throws LlmdError what the daemon failed with; `internal_error` if it just ended, its last words on stderr
 */
export async function startInBackground({
  program,
  args,
  paths,
  env,
}: {
  program: string
  args: string[]
  paths: Paths
  env: NodeJS.ProcessEnv
}): Promise<BackgroundDaemon> {
  ensureFolders(paths)
  const isFull = (statSync(paths.daemonStderr, { throwIfNoEntry: false })?.size ?? 0) > mostBytes
  const log = openSync(paths.daemonStderr, isFull ? 'w' : 'a', 0o600)
  const logStart = fstatSync(log).size
  const { LLMD_TOKEN: _, ...rest } = env
  const child = spawn(process.execPath, [program, 'serve', '--background', ...args], {
    detached: true,
    // The folder of the caller may go away, and nothing can be started from a folder that is gone.
    cwd: paths.data,
    env: { ...rest, ...(env['LLMD_HOME'] && { LLMD_HOME: resolve(env['LLMD_HOME']) }) },
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  try {
    const handover = await new Promise<Handover | undefined>((onHandover, onError) => {
      child.once('message', (message: Handover) => onHandover(message))
      // Comes after the last message, as the exit need not.
      child.once('disconnect', () => onHandover(undefined))
      child.once('error', onError)
    })
    if (handover?.ready) return { pid: child.pid!, handover }
    if (handover) throw fromWireError(handover.error)
    process.stderr.write(await readTail(paths.daemonStderr, logStart))
    throw new LlmdError('internal_error', 'The daemon ended before it was ready.', {
      hint: `The lines above are the end of ${paths.daemonStderr}`,
    })
  } finally {
    if (child.connected) child.disconnect()
    child.unref()
  }
}

async function readTail(path: string, start: number): Promise<string> {
  await using file = await open(path)
  const { size } = await file.stat()
  const from = Math.max(start, size - 16_384)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from)
  const lines = buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-tailLines)
  return lines.map((line) => `${safe(line)}\n`).join('')
}
