import { expect, test } from 'vitest'
import type { McpTest } from '../../src/api/mcp.ts'
import { formatMcpTest } from '../../src/cli/format-mcp-test.ts'

const works: McpTest = {
  ok: true,
  ms: 12,
  protocol: '2025-11-25',
  server: { name: 'toolbox\u001b[31m', version: '1.0' },
  tools: [],
  failure: null,
}

test('a server that works is told of with its tools', () => {
  const head = 'tools works: it answered after 12 ms. It is toolbox[31m 1.0, and speaks MCP 2025-11-25.'
  expect(formatMcpTest('tools', works)).toBe(`${head}\nIt has no tools.`)
  const tools = [
    { name: 'search', description: 'Finds\nthings.' },
    { name: 'get', description: null },
  ]
  expect(formatMcpTest('tools', { ...works, tools })).toBe(
    `${head}\n\nTOOL    DESCRIPTION\nsearch  Finds things.\nget     -`,
  )
})

test('one that does not says why, and what to do', () => {
  const failure = { code: 'upstream_credentials', message: 'Invalid key', hint: 'Give a key.' }
  expect(formatMcpTest('tools', { ...works, ok: false, failure })).toBe(
    'tools does not work: Invalid key.\nGive a key.',
  )
})
