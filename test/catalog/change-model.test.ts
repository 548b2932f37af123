import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createCatalog } from '../../src/catalog/create-catalog.ts'
import { createLog } from '../../src/log.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createModelTable } from '../../src/storage/model-table.ts'
import { openInference } from '../inference/local-inference.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { fakeProviders, well } from './idle-catalog.ts'

const name = 'llmd-demo'
const assetsFolder = fileURLToPath(new URL('../../assets/', import.meta.url))

/** The whole local side, over a database that can be opened again. */
async function openCatalog(file = join(temporaryFolder(), 'state.db')) {
  const stack = new AsyncDisposableStack()
  const database = stack.use(await openDatabase(file))
  const inference = stack.use(openInference())
  const logged: string[] = []
  const log = createLog({ level: 'error', write: (line) => logged.push(line) })
  const table = createModelTable(database)
  const catalog = await createCatalog({
    table,
    inference,
    providers: fakeProviders(),
    health: () => well,
    log,
    checkParams: () => {},
    assetsFolder,
  })
  return { catalog, logged, file, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('edits build on one another, and last', async () => {
  let file: string
  {
    await using opened = await openCatalog()
    file = opened.file
    await Promise.all([
      opened.catalog.edit(name, { options: { context: 512, slots: 1 } }),
      opened.catalog.edit(name, { options: { ttl: null }, reset: ['slots'] }),
    ])
  }
  await using opened = await openCatalog(file)
  expect(opened.catalog.get(name)).toMatchObject({ options: { context: 512, ttl: null } })
})

test('an edit holds from the next load on', async () => {
  await using opened = await openCatalog()
  const { catalog } = opened
  await catalog.edit(name, { options: { context: 512 } })
  expect((await catalog.load(name)).engine).toMatchObject({ context: 512, pinned: false })
  const edited = await catalog.edit(name, { options: { context: 1024, pinned: true } })
  expect(edited).toMatchObject({ options: { context: 1024 }, engine: { context: 512, pinned: false } })
  await catalog.unload(name)
  expect((await catalog.load(name)).engine).toMatchObject({ context: 1024, pinned: true })
})

test('an edit that contradicts what was said before is refused, and changes nothing', async () => {
  await using opened = await openCatalog()
  await opened.catalog.edit(name, { options: { flash_attention: false } })
  const change = opened.catalog.edit(name, { options: { kv_type: 'q8_0' } })
  await expect(change).rejects.toMatchObject({ param: 'options.kv_type' })
  expect(opened.catalog.get(name)).toMatchObject({ options: { flash_attention: false } })
})

test('a copy has options of its own, and the same file', async () => {
  await using opened = await openCatalog()
  const { catalog } = opened
  await catalog.edit(name, { options: { slots: 3 } })
  await catalog.copy(name, 'second')
  await catalog.edit('second', { options: { slots: 1 } })
  expect(catalog.list()).toMatchObject([
    { name, options: { slots: 3 }, source: 'builtin:llmd-demo' },
    { name: 'second', options: { slots: 1 }, source: 'builtin:llmd-demo' },
  ])
  await expect(catalog.copy(name, 'second')).rejects.toMatchObject({ code: 'model_exists' })
  await expect(catalog.copy('nobody', 'third')).rejects.toMatchObject({ code: 'model_not_found' })
})

test('what is to be there from the start is loaded; what cannot be is told in the log', async () => {
  await using opened = await openCatalog()
  const { catalog, logged } = opened
  await catalog.copy(name, 'broken')
  await catalog.copy(name, 'other')
  await catalog.edit('broken', { options: { preload: true, lora: [{ path: '/nowhere.gguf', scale: 1 }] } })
  await catalog.edit(name, { options: { preload: true } })
  await catalog.preload()
  expect(catalog.list()).toMatchObject([{ state: 'unloaded' }, { state: 'ready' }, { state: 'unloaded' }])
  expect(logged.map((line) => JSON.parse(line))).toMatchObject([
    { model: 'broken', code: 'model_load_failed', level: 'error' },
  ])
})

test('a check tells what the API says of it', async () => {
  await using opened = await openCatalog()
  await expect(opened.catalog.check(name)).resolves.toMatchObject({
    name,
    file: { architecture: 'llama', quantization: 'Q8_0' },
    loads: true,
    failure: null,
  })
})
