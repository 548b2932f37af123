import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { GgufSummary } from '../../src/inference/inference.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { idleInference, openIdleCatalog } from './idle-catalog.ts'

const demo = fileURLToPath(new URL('../../assets/llmd-demo.gguf', import.meta.url))
const source = 'hf:lab/demo:Q8_0'

const summary: Omit<GgufSummary, 'path'> = {
  sizeBytes: 1,
  architecture: 'llama',
  title: null,
  quantization: 'Q8_0',
  parameters: 1,
  trainedContext: 128,
  shape: {
    trainedContext: 128,
    cacheWidth: 1,
    slidingCacheWidth: 0,
    slidingWindow: 0,
    embeddingLength: 1,
    heads: 1,
    vocabulary: 1,
  },
}

/** A catalog with a downloaded model `demo`, in two parts. */
async function openCatalog() {
  const folder = join(temporaryFolder(), 'lab')
  mkdirSync(folder)
  const paths = [1, 2].map((part) => join(folder, `demo-0000${part}-of-00002.gguf`))
  for (const path of paths) copyFileSync(demo, path)
  const inference = { ...idleInference(), inspect: async (path: string) => ({ path, ...summary }) }
  const opened = await openIdleCatalog({ inference })
  const model = {
    name: 'demo',
    source,
    path: paths[0]!,
    options: { context: 64 },
    profile: { tier: 'small' },
  }
  const added = await opened.catalog.addDownloaded(model)
  return { ...opened, folder, model, added }
}

test('a downloaded model is added with its source and its options, once', async () => {
  await using opened = await openCatalog()
  const { catalog, model, added } = opened
  expect(added).toMatchObject({
    name: 'demo',
    source,
    options: { context: 64 },
    tier: 'small',
    file: { path: model.path },
  })
  expect(await catalog.addDownloaded(model)).toEqual(added)
  await expect(catalog.addDownloaded({ ...model, source: 'hf:lab/other' })).rejects.toMatchObject({
    code: 'model_exists',
  })
})

test('what cannot be added is refused beforehand', async () => {
  await using opened = await openCatalog()
  const { catalog } = opened
  expect(() => catalog.checkNew({ name: 'demo', options: {}, profile: {} })).toThrow(
    expect.objectContaining({ code: 'model_exists' }),
  )
  const options = { kv_type: 'q8_0', flash_attention: false } as const
  expect(() => catalog.checkNew({ name: 'new', options, profile: {} })).toThrow(
    expect.objectContaining({ code: 'invalid_request', param: 'options.kv_type' }),
  )
  catalog.checkNew({ name: 'new', options: {}, profile: {} })
})

test('its files stay, unless they are to go', async () => {
  await using kept = await openCatalog()
  await kept.catalog.remove('demo')
  expect(readdirSync(kept.folder)).toHaveLength(2)

  await using gone = await openCatalog()
  await gone.catalog.remove('demo', { deleteFile: true })
  expect(existsSync(gone.folder)).toBe(false)
})

test('a file that another model has stays, and so do both models', async () => {
  await using opened = await openCatalog()
  const { catalog, folder } = opened
  await catalog.copy('demo', 'copy')
  await expect(catalog.remove('demo', { deleteFile: true })).rejects.toMatchObject({ code: 'model_in_use' })
  expect(catalog.taken('demo')).toBeDefined()
  await catalog.remove('demo')
  await catalog.remove('copy', { deleteFile: true })
  expect(existsSync(folder)).toBe(false)
})

test('a file that llmd did not download stays', async () => {
  await using opened = await openCatalog()
  const { catalog, model } = opened
  await catalog.remove('demo')
  await catalog.add({ name: 'own', source: model.path })
  for (const name of ['own', 'llmd-demo']) {
    await expect(catalog.remove(name, { deleteFile: true })).rejects.toMatchObject({
      code: 'invalid_request',
    })
    expect(catalog.taken(name)).toBeDefined()
  }
})

test.each([source, 'https://example.org/m.gguf'])(
  '%s is not added before it is downloaded',
  async (remote) => {
    await using opened = await openCatalog()
    await expect(opened.catalog.add({ name: 'new', source: remote })).rejects.toMatchObject({
      code: 'invalid_request',
      hint: expect.stringContaining('models pull'),
    })
  },
)
