export interface TransportRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With its query, already percent-encoded. */
  path: string
  /** JSON text. */
  body?: string
  signal?: AbortSignal
}

interface TransportResponse {
  status: number
  /** The id the daemon logged this request under. */
  requestId: string | undefined
  /** To be read to its end or given up; until then the connection stays open. */
  body: AsyncIterable<Uint8Array>
}

/**
 * One way to reach the HTTP surface of a daemon.
 * @throws LlmdError `daemon_unreachable`; the reason of a signal that was aborted
 */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>
