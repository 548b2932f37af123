import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
import { migrations } from '../../src/storage/migrations.ts'
import { createModelTable, type LocalModelRow, type ModelRow } from '../../src/storage/model-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { modelRow } from './fixtures/rows.ts'

async function newTable() {
  const database = await openDatabase(join(temporaryFolder(), 'state.db'))
  onTestFinished(() => database[Symbol.asyncDispose]())
  const models = createModelTable(database)
  await models.remove('llmd-demo')
  return models
}

test('a new database has the model that llmd carries; once removed it stays away', async () => {
  const file = join(temporaryFolder(), 'state.db')
  {
    await using database = await openDatabase(file)
    const models = createModelTable(database)
    expect(await models.all()).toMatchObject([
      { name: 'llmd-demo', source: 'builtin:llmd-demo', options: {}, file: null },
    ])
    await models.remove('llmd-demo')
  }
  await using database = await openDatabase(file)
  expect(await createModelTable(database).all()).toEqual([])
})

test('rows come back as they went in, by name', async () => {
  const models = await newTable()
  expect(await models.all()).toEqual([])
  const rows = [
    modelRow('a', { options: {} }),
    modelRow("b'; drop table models; --", { source: 'builtin:demo' }),
    modelRow('c', { options: { context: 16, slots: 2, threads: 3, gpuLayers: 4 } }),
  ]
  for (const row of rows.toReversed()) await models.insert(row)
  expect(await models.all()).toEqual(rows)
})

test('a name is taken once', async () => {
  const models = await newTable()
  await models.insert(modelRow('a'))
  await expect(models.insert(modelRow('a', { source: 'other' }))).rejects.toThrow(
    expect.objectContaining({ code: 'model_exists', param: 'name' }),
  )
  expect(await models.all()).toEqual([modelRow('a')])
})

test('removing tells whether there was one', async () => {
  const models = await newTable()
  await models.insert(modelRow('a'))
  expect(await models.remove('b')).toBe(false)
  expect(await models.remove('a')).toBe(true)
  expect(await models.remove('a')).toBe(false)
  expect(await models.all()).toEqual([])
})

test('rows of every kind come back as they went in', async () => {
  const models = await newTable()
  const createdAt = '2026-01-31T12:00:00.000Z'
  const rows: ModelRow[] = [
    modelRow('a'),
    {
      kind: 'remote',
      name: 'b',
      createdAt,
      description: 'Cheap.',
      tier: 'large',
      defaults: { topP: 0.5, params: { seed: 7 } },
      provider: 'or',
      model: 'meta/llama:free',
    },
    {
      kind: 'routed',
      name: 'c',
      createdAt,
      description: null,
      tier: null,
      defaults: { system: 'Be kind.' },
      strategy: 'balance',
      targets: [
        { model: 'a', weight: 3 },
        { model: 'b', weight: 1 },
      ],
    },
  ]
  for (const row of rows) await models.insert(row)
  expect(await models.all()).toEqual(rows)
})

test('a database from before there were kinds has local models', async () => {
  const file = join(temporaryFolder(), 'state.db')
  const connection = new Sqlite(file)
  await migrate(connection, migrations.slice(0, 1))
  connection.exec(`insert into models (name, source, created_at, options, file)
    values ('old', 'builtin:old', '2026-01-31T12:00:00.000Z', '{"slots":1}', 'null')`)
  connection.close()
  await using database = await openDatabase(file)
  expect(await createModelTable(database).all()).toContainEqual({
    kind: 'local',
    name: 'old',
    source: 'builtin:old',
    createdAt: '2026-01-31T12:00:00.000Z',
    description: null,
    tier: null,
    defaults: {},
    options: { slots: 1 },
    file: null,
  })
})

test('a row is replaced as a whole, of the model that is named', async () => {
  const models = await newTable()
  const rows = [modelRow('a', { options: { context: 16 } }), modelRow('b', { options: {} })]
  for (const row of rows) await models.insert(row)
  const options: LocalModelRow['options'] = {
    kvType: 'q8_0',
    flashAttention: true,
    lora: [{ path: '/a.gguf', scale: 0.5 }],
    ropeScaling: { type: 'yarn', factor: 4 },
    ttl: null,
    pinned: true,
  }
  expect(await models.update(modelRow('a', { options }))).toBe(true)
  expect(await models.all()).toEqual([modelRow('a', { options }), rows[1]])
  expect(await models.update(modelRow('c'))).toBe(false)
})
