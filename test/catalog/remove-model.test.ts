import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createCatalog } from '../../src/catalog/create-catalog.ts'
import { LlmdError } from '../../src/errors.ts'
import { createInference } from '../../src/inference/create-inference.ts'
import type { Inference } from '../../src/inference/inference.ts'
import { createLog } from '../../src/log.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createModelTable, type ModelTable } from '../../src/storage/model-table.ts'
import { createMemoryCrashTable } from '../fixtures/memory-crash-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { fakeProviders, well } from './idle-catalog.ts'

const name = 'llmd-demo'

async function openCatalog({
  unload = async () => true,
  remove,
}: {
  unload?: Inference['unload']
  remove?: ModelTable['remove']
}) {
  const folder = temporaryFolder()
  const database = await openDatabase(join(folder, 'state.db'))
  const table = createModelTable(database)
  const log = createLog({ level: 'error', write: () => {} })
  const idle = createInference({
    workerPath: '',
    inspectPath: '',
    env: {},
    stateRoot: folder,
    keptBytes: 0,
    crashes: createMemoryCrashTable(),
    onEvent: () => {},
    log,
  })
  const catalog = await createCatalog({
    table: { ...table, ...(remove && { remove }) },
    inference: { ...idle, unload },
    providers: fakeProviders(),
    health: () => well,
    log,
    checkParams: () => {},
    assetsFolder: folder,
  })
  return { catalog, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }
}

test('a model that is being removed is not found, so that no request loads it again', async () => {
  const unloaded = Promise.withResolvers<boolean>()
  await using opened = await openCatalog({ unload: () => unloaded.promise })
  const removal = opened.catalog.remove(name)
  expect(opened.catalog.find(name)).toBeUndefined()
  await expect(opened.catalog.add({ name, source: `builtin:${name}` })).rejects.toMatchObject({
    code: 'model_exists',
  })
  unloaded.resolve(true)
  await expect(removal).resolves.toMatchObject({ name })
  await expect(opened.catalog.add({ name, source: `builtin:${name}` })).resolves.toMatchObject({ name })
})

const inUse = () => Promise.reject(new LlmdError('model_in_use', 'it is in use'))
const diskFull = () => Promise.reject(new Error('the disk is full'))

test.each([
  ['it is in use', { unload: inUse }],
  ['the disk is full', { remove: diskFull }],
])('a model stays where %s', async (cause, failing) => {
  await using opened = await openCatalog(failing)
  await expect(opened.catalog.remove(name)).rejects.toThrow(cause)
  expect(opened.catalog.get(name)).toMatchObject({ name })
})
