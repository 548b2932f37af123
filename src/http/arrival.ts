import type { IncomingMessage, ServerResponse } from 'node:http'

/** Node's own two ends of a request: reading and writing through them costs a fraction of web streams. */
export interface Exchange {
  incoming: IncomingMessage
  outgoing: ServerResponse
}

/**
 * How a request reached llmd. Whoever took it in says so; no header can.
 * `socket` and `in-process` callers are trusted: file permissions, or being this very process, let them in.
 */
export type Arrival =
  | {
      via: 'tcp'
      /** The address that was listened on. */
      boundHost: string
      /** The value of each Host header, as sent. */
      hostHeaders: string[]
      /** Who sent it, where another process of llmd took it in; else whom the connection is to. */
      clientAddress?: string
      exchange?: Exchange
    }
  | { via: 'socket'; exchange?: Exchange }
  | { via: 'in-process' }
