import { connect } from 'node:net'
import { LlmdError } from '../errors.ts'

/**
 * Whether anyone listens on a Unix socket.
 * @throws LlmdError `permission_denied` when someone may, but this user may not ask
 */
export function canConnect(socketPath: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EACCES' || error.code === 'EPERM') reject(socketRefused(socketPath, error))
      else resolve(false)
    })
  })
}

/** The error of whoever has not the permission to open a socket. */
export function socketRefused(address: string, cause: unknown): LlmdError {
  return new LlmdError('permission_denied', `You may not open ${address}.`, {
    hint: 'Run this as the user the daemon runs as, or use --host http://host:port with a token.',
    cause,
  })
}
