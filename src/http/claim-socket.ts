import { lstat, mkdir, rename, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { LlmdError } from '../errors.ts'

/** A socket file that is ours until it is given up. */
export interface ClaimedSocket {
  /** Removes the file, unless another took its place. */
  release(): Promise<void>
}

/**
 * Listens on a Unix socket that only this user can open.
 * @throws LlmdError `listen_failed` where something answers on it already, or something else lies there
 */
export async function claimSocket(server: Server, path: string): Promise<ClaimedSocket> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await refuseTaken(path)
  // Node unlinks the path that it bound when it closes, whoever's file that is by then. So it binds a name of its
  // own, and the file is moved to its place; this also replaces a dead one with no moment in between.
  const ownPath = `${path}.${process.pid}`
  await rm(ownPath, { force: true })
  await listenPrivately(server, ownPath, path)
  const { ino } = await lstat(ownPath)
  await rename(ownPath, path)
  return {
    async release() {
      const found = await lstat(path).catch(() => undefined)
      if (found?.ino === ino) await rm(path, { force: true })
    },
  }
}

async function refuseTaken(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (!found) return
  if (!found.isSocket()) {
    throw new LlmdError('listen_failed', `${path} exists and is not a socket.`, {
      hint: 'Choose another --socket.',
    })
  }
  if (await isAnswered(path)) {
    throw new LlmdError('listen_failed', `Another process already listens on ${path}.`, {
      hint: 'Stop it with llmd stop, or choose another --socket.',
    })
  }
}

/** Whether someone listens. A refused dial is the one sign that no one does. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
    )
  })
}

function listenPrivately(server: Server, ownPath: string, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(listenFailure(path, cause)))
    // The file appears within listen() itself, so it is never more open than this, and no other file is touched.
    const umask = process.umask(0o177)
    try {
      server.listen(ownPath, resolve)
    } finally {
      process.umask(umask)
    }
  })
}

function listenFailure(path: string, cause: NodeJS.ErrnoException): LlmdError {
  return new LlmdError('listen_failed', `Cannot listen on ${path}: ${cause.message}`, {
    cause,
    // The kernel has room for about a hundred bytes.
    hint:
      cause.code === 'EINVAL' ? 'Choose a shorter path with --socket.' : 'Choose another path with --socket.',
  })
}
