import { expect, test } from 'vitest'
import { LlmdError } from '../../src/errors.ts'
import { encodeRpcError, readRpcMessage } from '../../src/mcp/rpc.ts'

test.for([
  [
    { id: 1, method: 'ping' },
    { kind: 'request', id: 1, method: 'ping', params: {} },
  ],
  [
    { id: 'a', method: 'x', params: { a: 1 } },
    { kind: 'request', id: 'a', params: { a: 1 } },
  ],
  [
    { method: 'x', params: [1] },
    { kind: 'notification', id: null, params: {} },
  ],
  [
    { id: 0, result: {} },
    { kind: 'response', id: 0, method: null, failed: false },
  ],
  [
    { id: 1, error: { code: 1 } },
    { kind: 'response', failed: true },
  ],
  [
    { id: null, error: { code: 1 } },
    { kind: 'response', id: null, failed: true },
  ],
] as const)('%j is a message', ([value, read]) => {
  expect(readRpcMessage({ jsonrpc: '2.0', ...value })).toMatchObject(read)
})

test.for([
  null,
  'text',
  [{ jsonrpc: '2.0', id: 1, method: 'x' }],
  { id: 1, method: 'x' },
  { jsonrpc: '2.0' },
  { jsonrpc: '2.0', id: 1 },
  { jsonrpc: '2.0', id: null, method: 'x' },
  { jsonrpc: '2.0', id: {}, method: 'x' },
  { jsonrpc: '2.0', id: 1, method: 1 },
])('%j is none', (value) => {
  expect(readRpcMessage(value)).toBe(undefined)
})

test('an error says what to do', () => {
  const error = new LlmdError('overloaded', 'Too many.', { hint: 'Wait.' })
  expect(encodeRpcError(error, 3)).toEqual({
    jsonrpc: '2.0',
    id: 3,
    error: { code: -32_000, message: 'Too many. Wait.', data: { code: 'overloaded', type: 'server_error' } },
  })
})
