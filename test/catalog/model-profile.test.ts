import { expect, test } from 'vitest'
import type { GivenProfile } from '../../src/api/model-profile.ts'
import { modelListSchema } from '../../src/api/models.ts'
import { fakeProviders, openIdleCatalog } from './idle-catalog.ts'

const demo = 'llmd-demo'
const profile: GivenProfile = {
  description: 'For quick answers.',
  tier: 'small',
  defaults: { system: 'Be brief.', temperature: 0.2, top_p: 0.9, params: { seed: 7, top_k: 40 } },
}

test('models of every kind have a description, a tier and defaults, and keep them', async () => {
  const providers = fakeProviders({ openrouter: ['or/llama'] })
  let file: string
  {
    await using opened = await openIdleCatalog({ providers })
    file = opened.file
    await opened.catalog.edit(demo, profile)
    await opened.catalog.add({ name: 'fast', source: 'openrouter/x', ...profile })
    await opened.catalog.add({ name: 'best', targets: [{ model: 'fast' }], ...profile })
  }
  await using opened = await openIdleCatalog({ file, providers })
  const { catalog } = opened
  const list = modelListSchema.parse({ data: catalog.list() }).data
  for (const name of [demo, 'fast', 'best']) {
    expect(list).toContainEqual(expect.objectContaining({ name, ...profile }))
    expect(catalog.find(name)?.defaults).toEqual({
      system: 'Be brief.',
      temperature: 0.2,
      topP: 0.9,
      params: { seed: 7, top_k: 40 },
    })
    expect(catalog.tierOf(name)).toBe('small')
  }
  expect(list).toContainEqual(
    expect.objectContaining({ name: 'or/llama', description: null, tier: null, defaults: {} }),
  )
  expect(catalog.tierOf('or/llama')).toBeNull()
  expect(catalog.tierOf('nobody')).toBeNull()
})

test('what is not named stays; parameters are changed one by one; null and a reset take away', async () => {
  await using opened = await openIdleCatalog()
  const { catalog } = opened
  await catalog.edit(demo, profile)
  await catalog.edit(demo, { defaults: { temperature: 1, params: { seed: null, min_p: 0.1 } } })
  expect(catalog.get(demo)).toMatchObject({
    description: 'For quick answers.',
    defaults: { system: 'Be brief.', temperature: 1, top_p: 0.9, params: { top_k: 40, min_p: 0.1 } },
  })
  await catalog.edit(demo, { reset: ['system', 'params', 'tier'], defaults: { params: { seed: 1 } } })
  expect(catalog.get(demo)).toMatchObject({
    tier: null,
    defaults: { temperature: 1, top_p: 0.9, params: { seed: 1 } },
  })
  await catalog.edit(demo, { reset: ['temperature', 'top_p', 'params', 'description'] })
  expect(catalog.get(demo)).toMatchObject({ description: null, defaults: {} })
  expect(catalog.find(demo)).not.toHaveProperty('defaults')
})

test('taking something back is not for local models alone', async () => {
  await using opened = await openIdleCatalog()
  const { catalog } = opened
  await catalog.add({ name: 'best', targets: [{ model: demo }], ...profile })
  await catalog.edit('best', { reset: ['system', 'temperature', 'top_p', 'params'] })
  expect(catalog.get('best')).toMatchObject({ tier: 'small', defaults: {} })
})

test('a copy has what its original had', async () => {
  await using opened = await openIdleCatalog()
  const { catalog } = opened
  await catalog.edit(demo, profile)
  await catalog.copy(demo, 'second')
  await catalog.edit('second', { defaults: { system: 'Be long.' } })
  expect(catalog.get('second')).toMatchObject({ tier: 'small', defaults: { system: 'Be long.', top_p: 0.9 } })
  expect(catalog.get(demo)).toMatchObject(profile)
})

test('a parameter that no local model has is refused for those, and taken for others', async () => {
  await using opened = await openIdleCatalog({ providers: fakeProviders({ openrouter: [] }) })
  const { catalog } = opened
  const defaults = { params: { verbosity_of_mine: 'low' } }
  const refused = { code: 'unsupported_parameter', param: 'defaults.params.verbosity_of_mine' }
  await expect(catalog.edit(demo, { defaults })).rejects.toMatchObject(refused)
  await expect(catalog.add({ name: 'a', source: `builtin:${demo}`, defaults })).rejects.toMatchObject(refused)
  expect(() => catalog.checkNew({ name: 'a', options: {}, profile: { defaults } })).toThrow(
    expect.objectContaining(refused),
  )
  expect(catalog.get(demo)).toMatchObject({ defaults: {} })
  await catalog.add({ name: 'fast', source: 'openrouter/x', defaults })
  await catalog.add({ name: 'best', targets: [{ model: demo }], defaults })
  expect(catalog.find('best')?.defaults).toEqual(defaults)
})
