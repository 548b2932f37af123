import type { RpcError } from '../api/mcp.ts'
import type { LlmdError } from '../errors.ts'

/** What a JSON-RPC message is, as far as whoever passes it on has to know. */
export interface RpcMessage {
  kind: 'request' | 'notification' | 'response'
  /** Null for a response only. */
  method: string | null
  /** Null for a notification only. */
  id: string | number | null
  params: Record<string, unknown>
  failed: boolean
}

/** Of an error that the transport met, in the range that JSON-RPC leaves to servers. */
const transportError = -32_000

/** Undefined for what is no JSON-RPC message. */
export function readRpcMessage(value: unknown): RpcMessage | undefined {
  if (!isObject(value) || value['jsonrpc'] !== '2.0') return undefined
  const { method, id } = value
  const params = isObject(value['params']) ? value['params'] : {}
  const failed = 'error' in value
  if (method !== undefined && typeof method !== 'string') return undefined
  if (id === undefined) {
    return method === undefined ? undefined : { kind: 'notification', method, id: null, params, failed }
  }
  // An error that is about no request in particular has none.
  if (id === null) return failed ? { kind: 'response', method: null, id, params, failed } : undefined
  if (typeof id !== 'string' && typeof id !== 'number') return undefined
  if (method !== undefined) return { kind: 'request', method, id, params, failed }
  return failed || 'result' in value ? { kind: 'response', method: null, id, params, failed } : undefined
}

/** A response that says what went wrong. It has no place for a hint, so that one follows the message. */
export function encodeRpcError(error: LlmdError, id: string | number | null): RpcError {
  const { message, hint, code, type } = error
  const told = hint === undefined ? message : `${message} ${hint}`
  return { jsonrpc: '2.0', id, error: { code: transportError, message: told, data: { code, type } } }
}

/** A message as a server-sent event. @param json in one line */
export function toFrame(json: string): string {
  return `event: message\ndata: ${json}\n\n`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
