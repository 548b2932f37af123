import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect, it, onTestFinished } from 'vitest'
import { mcpServerListSchema, mcpTestSchema } from '../../src/api/mcp.ts'
import { startToolServer } from '../fixtures/mcp/start-tool-server.ts'
import { toolProgram } from '../mcp/open-servers.ts'
import { createLlmd, type Llmd } from './llmd.ts'

const canary = 'sk-canary-0123456789abcdef'
const env = { TOOLS_KEY: canary, TOOLBOX_TOKEN: canary, LLMD_LOG_LEVEL: 'debug' }

/** Runs llmd, and sees to it that no output has the key. */
async function run(llmd: Llmd, args: string[], options?: Parameters<Llmd['run']>[1]) {
  const ended = await llmd.run(args, { env, ...options })
  expect(ended.stdout + ended.stderr).not.toContain(canary)
  return ended
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}

it('MCP servers are managed by commands, and used by clients with a token', async () => {
  const server = await startToolServer({ key: canary })
  const llmd = createLlmd()
  const { stdout } = await run(llmd, ['start', '--port', '0', '--json'])
  const [url = '', token = ''] = [...stdout.matchAll(/http:\/\/[^"\s]+|sk-llmd-[^"\s]+/g)].map(
    ([text]) => text,
  )
  const remote = [
    'mcp',
    'add',
    'remote',
    '--url',
    server.url,
    '--key-env',
    'TOOLS_KEY',
    '--header',
    'X-Team: a',
  ]
  expect(await run(llmd, remote)).toMatchObject({
    code: 0,
    stdout: 'Added remote. Clients reach it at /mcp/remote.\nTry it with: llmd mcp test remote\n',
    stderr: '',
  })
  const local = ['mcp', 'add', 'local', '--env', 'TOOLBOX_TOKEN', '--', ...toolProgram, '--json', '-x']
  expect(await run(llmd, local)).toMatchObject({ code: 0, stderr: '' })
  expect(await run(llmd, ['mcp', 'add', 'x', '--env', 'ABSENT', '--', 'x'])).toMatchObject({ code: 2 })
  const listed = mcpServerListSchema.parse(JSON.parse((await run(llmd, ['mcp', 'list', '--json'])).stdout))
  expect(listed.data).toMatchObject([
    { name: 'local', kind: 'stdio', command: [...toolProgram, '--json', '-x'], env: ['TOOLBOX_TOKEN'] },
    { name: 'remote', kind: 'http', url: server.url, headers: { 'X-Team': 'a' }, has_key: true },
  ])
  const tested = await run(llmd, ['mcp', 'test', 'remote', '--json'])
  expect(mcpTestSchema.parse(JSON.parse(tested.stdout))).toMatchObject({
    ok: true,
    server: { name: 'toolbox' },
  })

  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp/local`), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  })
  const client = new Client({ name: 'test', version: '1' })
  onTestFinished(() => client.close())
  await client.connect(transport)
  const { content } = await client.callTool({ name: 'whisper', arguments: {} })
  const pid = Number(content[0]?.type === 'text' ? content[0].text : '')
  process.kill(pid, 0)

  expect(await run(llmd, ['stop'])).toMatchObject({ code: 0 })
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  // Without a daemon the command does the same itself.
  server.stop()
  expect(await run(llmd, ['mcp', 'test', 'remote'])).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^remote does not work: Network error\.\n/),
  })
  expect(await run(llmd, ['mcp', 'remove', 'remote'])).toMatchObject({ code: 2 })
  expect(await run(llmd, ['mcp', 'remove', 'remote', '--yes'])).toMatchObject({
    code: 0,
    stdout: 'Removed remote.\n',
  })
  for (const path of filesBelow(llmd.home)) expect(readFileSync(path, 'latin1')).not.toContain(canary)
})
