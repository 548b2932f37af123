import { resolve } from 'node:path'
import { expect, test, vi } from 'vitest'
import { givenMcpServer } from '../../src/cli/mcp-flags.ts'

const none = { 'allow-private': false }

test('only what was given is sent, a program by its full path where it has one', () => {
  vi.stubEnv('TOOLS_TOKEN', 'secret')
  const header = [{ name: 'X-Team', value: 'a' }]
  expect(givenMcpServer({ ...none, url: 'https://a/mcp', header }, [])).toEqual({
    url: 'https://a/mcp',
    headers: { 'X-Team': 'a' },
  })
  expect(givenMcpServer({ 'allow-private': true }, ['npx', '-y'])).toEqual({
    allow_private: true,
    command: ['npx', '-y'],
  })
  expect(givenMcpServer({ ...none, env: ['TOOLS_TOKEN'] }, ['./tools', './a'])).toEqual({
    command: [resolve('tools'), './a'],
    env: { TOOLS_TOKEN: 'secret' },
  })
  vi.unstubAllEnvs()
})

test('a variable that is not set is no variable', () => {
  expect(() => givenMcpServer({ ...none, env: ['ABSENT_HERE'] }, ['x'])).toThrow('ABSENT_HERE is not set.')
})

test.each([
  ['neither', {}, []],
  ['both', { url: 'https://a/mcp' }, ['x']],
])('%s of a URL and a program is refused, and what to do is said', (_, given, command) => {
  expect(() => givenMcpServer({ ...none, ...given }, command)).toThrow(
    expect.objectContaining({ code: 'invalid_request', hint: expect.stringContaining('--url URL') }),
  )
})
