import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { createMcpServerTable, type McpServerRow } from '../../src/storage/mcp-server-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'

async function newTable() {
  const database = await openDatabase(join(temporaryFolder(), 'state.db'))
  onTestFinished(() => database[Symbol.asyncDispose]())
  return createMcpServerTable(database)
}

const remote: McpServerRow = {
  name: 'remote',
  createdAt: '2026-01-31T12:00:00.000Z',
  target: { kind: 'http', url: 'https://tools.example/mcp', headers: { 'X-Team': 'a' }, allowPrivate: true },
  secret: 'v1.abc',
}

const local: McpServerRow = {
  name: 'local',
  createdAt: '2026-02-28T12:00:00.000Z',
  target: { kind: 'stdio', command: ['npx', '-y', "it's"], env: ['TOKEN'] },
  secret: null,
}

test('rows come back as they went in, by name', async () => {
  const table = await newTable()
  for (const row of [remote, local]) await table.insert(row)
  expect(await table.all()).toEqual([local, remote])
})

test('a name is taken once, and free when its row is removed', async () => {
  const table = await newTable()
  await table.insert(remote)
  await expect(table.insert({ ...local, name: 'remote' })).rejects.toMatchObject({
    code: 'mcp_server_exists',
    param: 'name',
  })
  expect(await table.all()).toEqual([remote])
  expect([await table.remove('remote'), await table.remove('remote')]).toEqual([true, false])
  expect(await table.all()).toEqual([])
})

test('a secret is replaced alone', async () => {
  const table = await newTable()
  await table.insert(remote)
  expect([await table.setSecret('remote', 'new'), await table.setSecret('absent', 'new')]).toEqual([
    true,
    false,
  ])
  expect(await table.all()).toEqual([{ ...remote, secret: 'new' }])
})
