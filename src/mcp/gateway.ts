import type { LlmdError } from '../errors.ts'

/** One request of the Streamable HTTP transport. */
export interface McpRequest {
  method: 'GET' | 'POST' | 'DELETE'
  /** All that the client sent, in lower case; what of it goes on, the gateway decides. */
  headers: Readonly<Record<string, string>>
  /** The body of a POST: as it came, and what it says. */
  message: { bytes: Buffer; parsed: unknown } | null
  /** Whose it is. A session answers nobody but who opened it. */
  client: string
  signal: AbortSignal
}

export interface McpAnswer {
  status: number
  headers: Record<string, string>
  /**
   * To be read to its end or given up; null where there is none. Throws an LlmdError where it broke off, and the reason
   * of the signal.
   */
  body: AsyncIterable<Uint8Array> | null
  /** What is to follow a body that broke off; undefined where it is to be cut off. */
  lastWords: (error: LlmdError) => string | undefined
}

/** The way to one MCP server. Disposing it ends what goes on. */
export interface McpGateway extends AsyncDisposable {
  /**
   * Resolves when the answer begins.
   * @throws LlmdError `mcp_session_not_found`, `invalid_request`, `overloaded` and those of upstreams; the reason of
   * the signal when it was aborted
   */
  exchange(request: McpRequest): Promise<McpAnswer>
  /** How many are open. */
  readonly sessions: number
}
