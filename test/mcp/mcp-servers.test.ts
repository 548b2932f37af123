import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorCode } from '../fixtures/error-code.ts'
import type { McpServerRow } from '../../src/storage/mcp-server-table.ts'
import { keyOf, variablesOf } from '../../src/mcp/server-secrets.ts'
import { openServers } from './open-servers.ts'

const canary = 'canary-0123456789abcdef'

const remote = { name: 'remote', url: 'https://tools.example/mcp', key: canary }
const local = {
  name: 'local',
  command: ['tools', '--all'] as [string, string],
  env: { TOKEN: canary, B: 'b' },
}

/** Opens servers whose rows are told. */
async function openWatched(folder?: string) {
  const rows: McpServerRow[] = []
  const servers = await openServers({
    ...(folder !== undefined && { folder }),
    open: () => (row) => {
      rows.push(row)
      return {
        exchange: () => Promise.reject(new Error('asked')),
        sessions: 3,
        async [Symbol.asyncDispose]() {},
      }
    },
  })
  const rowOf = async (name: string) => {
    const asked = {
      method: 'GET',
      headers: {},
      message: null,
      client: '',
      signal: new AbortController().signal,
    } as const
    await servers.mcp.exchange(name, asked).catch(() => {})
    return rows.find((row) => row.name === name)!
  }
  return { ...servers, rowOf }
}

test('servers are kept, with their secrets encrypted', async () => {
  const { mcp, vault, folder, rowOf } = await openWatched()
  expect(await mcp.add(remote)).toMatchObject({ kind: 'http', url: remote.url, has_key: true, command: null })
  await mcp.add(local)
  await mcp[Symbol.asyncDispose]()
  for (const file of ['state.db', 'state.db-wal']) {
    expect(readFileSync(join(folder, file), 'latin1')).not.toContain(canary)
  }
  await rowOf('remote')
  expect(mcp.list()).toMatchObject([
    {
      name: 'local',
      kind: 'stdio',
      command: ['tools', '--all'],
      env: ['B', 'TOKEN'],
      has_key: false,
      sessions: 0,
    },
    { name: 'remote', sessions: 3 },
  ])
  expect(JSON.stringify(mcp.list())).not.toContain(canary)
  expect(keyOf(vault, await rowOf('remote'))?.reveal()).toBe(canary)
  expect(variablesOf(vault, await rowOf('local'))).toEqual(local.env)
})

test('a secret goes to nobody else than it was given for', async () => {
  const { mcp, vault, rowOf } = await openWatched()
  await mcp.add(remote)
  await mcp.add(local)
  const row = await rowOf('remote')
  const elsewhere = {
    kind: 'http',
    url: 'https://evil.example/mcp',
    headers: {},
    allowPrivate: false,
  } as const
  expect(errorCode(() => keyOf(vault, { ...row, target: elsewhere }))).toBe('data_corrupt')
  const program = await rowOf('local')
  const other: McpServerRow['target'] = { kind: 'stdio', command: ['evil'], env: [] }
  expect(errorCode(() => variablesOf(vault, { ...program, target: other }))).toBe('data_corrupt')
})

test('secrets outlive a rotation of the master key', async () => {
  const first = await openWatched()
  await first.mcp.add(remote)
  await first.mcp.add(local)
  expect(await first.vault.rotate()).toMatchObject({ reencrypted: 2 })
  const again = await openWatched(first.folder)
  expect(keyOf(again.vault, await again.rowOf('remote'))?.reveal()).toBe(canary)
  expect(variablesOf(again.vault, await again.rowOf('local'))).toEqual(local.env)
})

test('a name is taken once; who is removed is unknown, and its way is closed', async () => {
  const { mcp, rowOf } = await openWatched()
  await mcp.add(remote)
  await expect(mcp.add({ ...local, name: 'remote' })).rejects.toMatchObject({ code: 'mcp_server_exists' })
  await rowOf('remote')
  expect(await mcp.remove('remote')).toMatchObject({ name: 'remote' })
  expect(mcp.list()).toEqual([])
  await expect(mcp.remove('remote')).rejects.toMatchObject({ code: 'mcp_server_not_found' })
  const { signal } = new AbortController()
  await expect(mcp.test('remote', signal)).rejects.toMatchObject({ code: 'mcp_server_not_found' })
})
