import type { LogLevel } from '../log.ts'

export interface Settings {
  server: {
    /** Address to listen on; anything but loopback is reachable by others. */
    host: string
    /** 0 takes a free one. */
    port: number
    /** Names that requests over TCP may carry in their Host header, beside IP addresses, localhost and this machine's name. */
    allowedHosts: string[]
    /** Largest request body, in bytes. */
    maxBodyBytes: number
    /** How long open requests may go on after the daemon was told to stop. */
    drainSeconds: number
  }
  log: { level: LogLevel }
}
