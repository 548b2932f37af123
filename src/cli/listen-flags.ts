import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'

/** Where the daemon is to listen; what is not given comes from the settings. */
export const listenFlags = {
  host: Flags.string({
    summary: 'Address to listen on. Anything but loopback can be reached by others.',
    helpValue: 'ADDR',
  }),
  port: Flags.integer({
    summary: 'Port to listen on; 0 takes a free one.',
    helpValue: 'N',
    min: 0,
    max: 65_535,
  }),
  socket: Flags.string({
    summary: 'Path of the Unix socket.',
    helpValue: 'PATH',
    parse: async (path) => resolve(path),
  }),
}

export interface ListenFlags {
  host?: string | undefined
  port?: number | undefined
  socket?: string | undefined
}

/** The flags as `llmd serve` takes them. */
export function toArguments({ host, port, socket }: ListenFlags): string[] {
  return Object.entries({ host, port, socket }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  )
}
