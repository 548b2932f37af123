import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { createProviderTable } from '../../src/storage/provider-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { providerRow } from './fixtures/rows.ts'

async function newTable() {
  const database = await openDatabase(join(temporaryFolder(), 'state.db'))
  onTestFinished(() => database[Symbol.asyncDispose]())
  return createProviderTable(database)
}

test('rows come back as they went in, the oldest first', async () => {
  const table = await newTable()
  expect(await table.all()).toEqual([])
  const rows = [
    providerRow('z', { createdAt: '2025-01-31T12:00:00.000Z', key: 'v1.abc', preset: 'openai' }),
    providerRow("a'; drop table providers; --", { models: [], prefix: 'x/' }),
    providerRow('b', {
      allModels: true,
      discovered: { models: ['one', 'two'], at: '2026-01-31T12:00:00.000Z' },
      options: {
        headers: { 'X-Title': 'llmd' },
        organization: 'org',
        project: 'project',
        proxy: 'http://proxy:3128',
        caFile: '/ca.pem',
        socket: '/run/x.sock',
        allowPrivate: true,
      },
    }),
  ]
  for (const row of rows.toReversed()) await table.insert(row)
  expect(await table.all()).toEqual(rows)
})

test('a name is taken once', async () => {
  const table = await newTable()
  await table.insert(providerRow('a'))
  await expect(table.insert(providerRow('a', { prefix: 'b' }))).rejects.toMatchObject({
    code: 'provider_exists',
    param: 'name',
  })
  expect(await table.all()).toEqual([providerRow('a')])
})

test('an update replaces the row of its name, and tells whether there was one', async () => {
  const table = await newTable()
  await table.insert(providerRow('a'))
  await table.insert(providerRow('b'))
  const changed = providerRow('a', { prefix: 'p', models: ['x', 'y'], allModels: true, key: 'v1.k' })
  expect(await table.update(changed)).toBe(true)
  expect(await table.update(providerRow('c'))).toBe(false)
  expect(await table.all()).toEqual([changed, providerRow('b')])
})

test('a key is replaced alone', async () => {
  const table = await newTable()
  await table.insert(providerRow('a', { key: 'old' }))
  await table.insert(providerRow('b', { key: 'old' }))
  expect(await table.setKey('a', 'new')).toBe(true)
  expect(await table.setKey('c', 'new')).toBe(false)
  expect((await table.all()).map(({ key }) => key)).toEqual(['new', 'old'])
})

test('removing tells whether there was one', async () => {
  const table = await newTable()
  await table.insert(providerRow('a'))
  expect(await table.remove('b')).toBe(false)
  expect(await table.remove('a')).toBe(true)
  expect(await table.all()).toEqual([])
})
