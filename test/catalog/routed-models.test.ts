import { expect, test } from 'vitest'
import { modelListSchema } from '../../src/api/models.ts'
import { fakeProviders, openIdleCatalog } from './idle-catalog.ts'

const demo = 'llmd-demo'

test('every kind of model is kept, shown and found', async () => {
  const providers = fakeProviders({ openrouter: ['or/llama'] })
  let file: string
  {
    await using opened = await openIdleCatalog({ providers })
    file = opened.file
    await opened.catalog.add({ name: 'fast', source: 'openrouter/meta/llama' })
    await opened.catalog.add({
      name: 'best',
      targets: [{ model: 'fast', weight: 2 }, { model: 'or/llama' }, { model: demo }],
    })
  }
  const cooling = { state: 'cooling' as const, retry_at: '2026-01-01T00:00:00.000Z', last_error: 'no answer' }
  const well = { state: 'ready' as const, retry_at: null, last_error: null }
  await using opened = await openIdleCatalog({
    file,
    providers,
    health: (target) => (target.kind === 'local' ? cooling : well),
  })
  const { catalog } = opened
  const list = modelListSchema.parse({ data: catalog.list() }).data
  expect(list).toMatchObject([
    {
      name: 'best',
      kind: 'routed',
      strategy: 'balance',
      targets: [
        { model: 'fast', weight: 2, kind: 'remote', health: well },
        { model: 'or/llama', weight: 1, kind: 'remote', health: well },
        { model: demo, weight: 1, kind: 'local', health: cooling },
      ],
    },
    { name: demo, kind: 'local' },
    { name: 'fast', kind: 'remote', source: 'openrouter/meta/llama', alias: true },
    { name: 'or/llama', kind: 'remote', provider: 'openrouter', model: 'id of or/llama', alias: false },
  ])
  expect(list.map(({ name }) => catalog.get(name))).toEqual(list)
  expect(catalog.find('best')).toMatchObject({ kind: 'routed', strategy: 'balance' })
  expect(catalog.find('fast')).toEqual({ kind: 'remote', provider: 'openrouter', model: 'meta/llama' })
  expect(catalog.find('or/llama')).toEqual({
    kind: 'remote',
    provider: 'openrouter',
    model: 'id of or/llama',
  })
  expect(catalog.taken('fast')).toBe('a remote model')
  expect(catalog.taken('or/llama')).toBeUndefined()
  expect(catalog.aliasesOf('openrouter')).toEqual(['fast'])
})

test('models of no provider come first, then each provider with its aliases', async () => {
  const providers = fakeProviders({ zebra: ['z/1', 'a/1'], ant: ['b/1'] })
  await using opened = await openIdleCatalog({ providers })
  const { catalog } = opened
  await catalog.add({ name: 'alias', source: 'zebra/x' })
  await catalog.add({ name: 'route', targets: [{ model: 'alias' }] })
  expect(catalog.list().map(({ name }) => name)).toEqual([demo, 'route', 'b/1', 'a/1', 'alias', 'z/1'])
})

test('there is one namespace', async () => {
  await using opened = await openIdleCatalog({ providers: fakeProviders({ openrouter: ['or/llama'] }) })
  const { catalog } = opened
  const served = {
    code: 'model_exists',
    message: expect.stringContaining('the provider openrouter'),
    param: 'name',
  }
  const name = 'or/llama'
  await expect(catalog.add({ name, targets: [{ model: demo }] })).rejects.toMatchObject(served)
  await expect(catalog.copy(demo, name)).rejects.toMatchObject(served)
  await expect(catalog.add({ name: demo, source: 'openrouter/x' })).rejects.toMatchObject({
    code: 'model_exists',
    message: expect.stringContaining('a local model'),
  })
})

test('targets exist, and lead in no circle', async () => {
  await using opened = await openIdleCatalog()
  const { catalog } = opened
  await expect(
    catalog.add({ name: 'best', targets: [{ model: demo }, { model: 'nobody' }] }),
  ).rejects.toMatchObject({ code: 'model_not_found', param: 'targets[1].model' })
  await catalog.add({ name: 'first', targets: [{ model: demo }] })
  await catalog.add({ name: 'second', targets: [{ model: 'first' }] })
  const circle = { code: 'invalid_request', message: expect.stringContaining('first -> second -> first') }
  await expect(catalog.edit('first', { targets: [{ model: 'second' }] })).rejects.toMatchObject(circle)
  await expect(catalog.add({ name: 'self', targets: [{ model: 'self' }] })).rejects.toMatchObject({
    code: 'invalid_request',
  })
  expect(catalog.get('first')).toMatchObject({ targets: [{ model: demo }] })
})

test('of two edits at once that would close a circle one is refused', async () => {
  await using opened = await openIdleCatalog()
  const { catalog } = opened
  for (const name of ['a', 'b']) await catalog.add({ name, targets: [{ model: demo }] })
  const edits = await Promise.allSettled([
    catalog.edit('a', { targets: [{ model: 'b' }] }),
    catalog.edit('b', { targets: [{ model: 'a' }] }),
  ])
  expect(edits.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
})

test('what is a target stays until it is none', async () => {
  await using opened = await openIdleCatalog()
  const { catalog } = opened
  await catalog.copy(demo, 'spare')
  await catalog.add({ name: 'best', targets: [{ model: demo }, { model: 'spare' }] })
  await expect(catalog.remove('spare')).rejects.toMatchObject({
    code: 'model_in_use',
    message: 'spare is a target of best.',
  })
  await catalog.edit('best', { targets: [{ model: demo }] })
  await catalog.remove('spare')
  await catalog.remove('best')
  await catalog.remove(demo)
  expect(catalog.list()).toEqual([])
})

test('only local models are loaded, unloaded and checked', async () => {
  await using opened = await openIdleCatalog({ providers: fakeProviders({ openrouter: ['or/llama'] }) })
  const { catalog } = opened
  await catalog.add({ name: 'best', targets: [{ model: demo }] })
  for (const name of ['best', 'or/llama']) {
    for (const act of [catalog.load(name), catalog.unload(name), catalog.check(name)]) {
      await expect(act).rejects.toMatchObject({ code: 'unsupported_by_model' })
    }
  }
  await expect(catalog.load('nobody')).rejects.toMatchObject({ code: 'model_not_found' })
})

test('what is said of the wrong kind of model is refused', async () => {
  await using opened = await openIdleCatalog({ providers: fakeProviders({ openrouter: [] }) })
  const { catalog } = opened
  const targets = [{ model: demo }]
  await catalog.add({ name: 'best', targets })
  await catalog.add({ name: 'fast', source: 'openrouter/x' })
  const options = { slots: 1 }
  const misplacedOptions = { code: 'invalid_request', param: 'options' }
  await expect(catalog.add({ name: 'a', targets, options })).rejects.toMatchObject(misplacedOptions)
  await expect(catalog.add({ name: 'a', source: 'openrouter/x', options })).rejects.toMatchObject(
    misplacedOptions,
  )
  await expect(catalog.edit('best', { options })).rejects.toMatchObject(misplacedOptions)
  await expect(catalog.edit('fast', { reset: ['slots'] })).rejects.toMatchObject(misplacedOptions)
  const misplacedTargets = { code: 'invalid_request', param: 'targets' }
  await expect(catalog.edit(demo, { targets })).rejects.toMatchObject(misplacedTargets)
  await expect(catalog.edit('fast', { strategy: 'balance' })).rejects.toMatchObject(misplacedTargets)
  await expect(catalog.add({ name: 'a', source: 'openrouter/x', strategy: 'balance' })).rejects.toMatchObject(
    misplacedTargets,
  )
})

test("a provider's own names are changed there, and gone with it", async () => {
  const brought: Record<string, string[]> = { openrouter: ['or/llama'] }
  await using opened = await openIdleCatalog({ providers: fakeProviders(brought) })
  const { catalog } = opened
  const elsewhere = {
    code: 'invalid_request',
    hint: expect.stringContaining('llmd providers show openrouter'),
  }
  await expect(catalog.remove('or/llama')).rejects.toMatchObject(elsewhere)
  await expect(catalog.edit('or/llama', {})).rejects.toMatchObject(elsewhere)
  await catalog.add({ name: 'fast', source: 'openrouter/x' })
  await catalog.add({ name: 'best', targets: [{ model: 'or/llama' }, { model: 'fast' }, { model: demo }] })
  delete brought['openrouter']
  expect(catalog.find('or/llama')).toBeUndefined()
  expect(catalog.find('fast')).toBeUndefined()
  expect(catalog.get('fast')).toMatchObject({ source: 'openrouter/x', health: null })
  expect(catalog.get('best')).toMatchObject({
    targets: [{ kind: null, health: null }, { kind: null, health: null }, { kind: 'local' }],
  })
})

test('a copy is a definition of its own', async () => {
  await using opened = await openIdleCatalog()
  const { catalog } = opened
  await catalog.add({ name: 'best', targets: [{ model: demo }] })
  await catalog.copy('best', 'other')
  await catalog.edit('other', { strategy: 'balance' })
  expect(catalog.get('best')).toMatchObject({ strategy: 'fallback', targets: [{ weight: null }] })
  expect(catalog.get('other')).toMatchObject({ strategy: 'balance', targets: [{ weight: 1 }] })
})

test('a name for a model of a provider can be given another one', async () => {
  const providers = fakeProviders({ openrouter: ['or/llama'], lab: ['lab/x'] })
  await using opened = await openIdleCatalog({ providers })
  const { catalog } = opened
  await catalog.add({ name: 'fast', source: 'openrouter/meta/llama' })
  await catalog.add({ name: 'best', targets: [{ model: 'fast' }] })
  const edited = await catalog.edit('fast', { source: 'lab/small' })
  expect(edited).toMatchObject({ kind: 'remote', name: 'fast', provider: 'lab', model: 'small', alias: true })
  expect(catalog.find('fast')).toEqual({ kind: 'remote', provider: 'lab', model: 'small' })
  for (const [name, source] of [
    ['fast', '/models/a.gguf'],
    ['fast', 'nobody/x'],
    ['best', 'lab/small'],
    [demo, 'lab/small'],
  ] as const) {
    await expect(catalog.edit(name, { source })).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'source',
    })
  }
  expect(catalog.find('fast')).toMatchObject({ model: 'small' })
})
