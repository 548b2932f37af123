import { expect, test } from 'vitest'
import { addMcpServerSchema } from '../../src/api/mcp.ts'

const url = 'https://tools.example/mcp'

test.for([
  { url },
  { url: 'http://10.0.0.5:8000/mcp?team=a', headers: { 'X-Team': 'a' }, allow_private: true, key: 'sk' },
  { command: ['npx'] },
  { command: ['/usr/bin/tools', '', '--all', 'a/b'], env: { TOKEN: 'a b\n' } },
])('%j can be added', (server) => {
  expect(addMcpServerSchema.safeParse({ name: 'a', ...server }).error).toBe(undefined)
})

test.for([
  [{}, 'url'],
  [{ url, command: ['npx'] }, 'url'],
  [{ url, env: { A: 'b' } }, 'env'],
  [{ command: ['npx'], key: 'sk' }, 'command'],
  [{ command: ['npx'], headers: {} }, 'command'],
  [{ url: 'https://user:pass@tools.example/mcp' }, 'url'],
  [{ url: 'https://tools.example/mcp#a' }, 'url'],
  [{ url: 'file:///etc/passwd' }, 'url'],
  [{ url, key: 'with space' }, 'key'],
  [{ url, headers: { Authorization: 'x' } }, 'headers'],
  [{ url, headers: { 'Mcp-Session-Id': 'x' } }, 'headers'],
  [{ url, headers: { 'X-Team': 'a\r\nb' } }, 'headers'],
  [{ command: [] }, 'command'],
  [{ command: ['./tools'] }, 'command'],
  [{ command: ['tools', 'a\0b'] }, 'command'],
  [{ command: ['tools'], env: { 'A=B': 'c' } }, 'env'],
  [{ name: '../x', url }, 'name'],
  [{ name: 'a/b', url }, 'name'],
] as const)('%j cannot, because of its %s', ([server, field]) => {
  const { error } = addMcpServerSchema.safeParse({ name: 'a', ...server })
  expect(error?.issues[0]?.path[0]).toBe(field)
})
