import type { Secret } from '../secret.ts'

/** How an upstream is reached. */
export interface UpstreamConnection {
  /** For messages. */
  provider: string
  /** Everything before `/chat/completions`, without a slash at the end. */
  baseUrl: string
  /** Header that carries the key, and what stands before it: `authorization` and `Bearer `, `api-key` and nothing. */
  auth: { header: string; prefix: string }
  key: Secret | null
  /** Sent with every request, in lower case: the operator's, and organisation and project where they are set. */
  headers: Record<string, string>
  proxy: string | null
  /** PEM text. */
  ca: string | null
  socket: string | null
  /** Whether a host name may resolve to a loopback or private address. Addresses of cloud metadata never may. */
  allowPrivate: boolean
  /** Whether a stream that did not ask for usage may be made to: `stream_options.include_usage`. */
  asksForStreamUsage: boolean
}

/** In milliseconds. */
export interface UpstreamDeadlines {
  connect: number
  /** From sending to the first byte of the answer. */
  firstByte: number
  /** Between two reads of the answer. */
  idle: number
  total: number
}
