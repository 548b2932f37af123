import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { priceSchema } from '../../src/api/prices.ts'
import { createPriceStore } from '../../src/prices/price-store.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createPriceTable } from '../../src/storage/price-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const price = (input: number) => ({ input, cached_input: null, output: 0 })
const oneToken = { promptTokens: 1_000_000, completionTokens: 0, cachedTokens: 0, reasoningTokens: 0 }

async function open() {
  const database = await openDatabase(join(temporaryFolder(), 'state.db'))
  onTestFinished(() => database[Symbol.asyncDispose]())
  const tiers: Record<string, string> = { 'qwen3:8b': 'small', 'llama:70b': 'large' }
  const load = () =>
    createPriceStore({ table: createPriceTable(database), tierOf: (model) => tiers[model] ?? null })
  return { store: await load(), load }
}

test("a model's own price counts before that of its tier, and that before the one of any", async () => {
  const { store, load } = await open()
  const costOf = (prices: typeof store, model: string) => prices.tariffOf(model)?.(oneToken) ?? null
  expect(store.hasAny).toBe(false)
  expect(costOf(store, 'qwen3:8b')).toBeNull()
  await store.set('tier', 'small', price(2))
  expect(costOf(store, 'gpt')).toBeNull()
  await store.set('model', '*', price(1))
  expect([costOf(store, 'qwen3:8b'), costOf(store, 'llama:70b'), costOf(store, 'gpt')]).toEqual([
    2_000_000, 1_000_000, 1_000_000,
  ])
  await store.set('model', 'qwen3:8b', price(9))
  await store.set('model', 'qwen3:8b', price(3))
  for (const each of [store, await load()]) {
    expect(each.hasAny).toBe(true)
    expect(costOf(each, 'qwen3:8b')).toBe(3_000_000)
    expect(each.list().map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'model *',
      'model qwen3:8b',
      'tier small',
    ])
  }
  expect(await store.remove('model', 'qwen3:8b')).toMatchObject({ input: 3 })
  for (const each of [store, await load()]) expect(costOf(each, 'qwen3:8b')).toBe(2_000_000)
})

test('prices come back as they were set, to the last decimal', async () => {
  const { store, load } = await open()
  const set = { input: 0.000001, cached_input: 0.1, output: 999_999.999999 }
  expect(await store.set('tier', 'odd', set)).toEqual({ kind: 'tier', name: 'odd', ...set })
  const [listed] = (await load()).list()
  expect(priceSchema.parse(listed)).toEqual({ kind: 'tier', name: 'odd', ...set })
})

test('what has no price cannot lose it', async () => {
  const { store } = await open()
  await store.set('tier', 'small', price(2))
  await expect(store.remove('model', 'small')).rejects.toMatchObject({ code: 'price_not_found' })
})
