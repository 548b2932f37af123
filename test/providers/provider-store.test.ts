import { readdirSync, readFileSync, writeFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { providerSchema, type AddProvider, type EditProvider } from '../../src/api/providers.ts'
import type { ProviderStore } from '../../src/providers/provider-store.ts'
import { answerJson, openFakeProvider } from '../fixtures/fake-provider.ts'
import { openStore } from './open-store.ts'

const canary = 'sk-canary-0123456789abcdef'
const signal = new AbortController().signal
const allow = { allow_private: true }
const patience = { timeout: 10_000, interval: 20 }

const chatSmallIsTaken = (name: string) => (name === 'chat-small' ? 'a local model' : undefined)

const ask = (store: ProviderStore, name: string, path = '/models') =>
  store.upstream(name).exchange({ method: 'GET', path, timeoutMs: 5000 }, signal)

async function withProvider(given: Partial<AddProvider> = {}, options: Parameters<typeof openStore>[0] = {}) {
  const fake = await openFakeProvider({ key: canary })
  const opened = await openStore(options)
  const add = {
    name: 'fake',
    base_url: fake.baseUrl,
    key: canary,
    models: ['chat-small'],
    ...allow,
    ...given,
  }
  return { fake, add, ...opened }
}

describe('adding', () => {
  test('tries the connection, keeps the provider, and shows its key nowhere', async () => {
    const { store, fake, add, folder, logged, ...opened } = await withProvider()
    await using _ = opened
    const added = await store.add(add, signal)
    expect(providerSchema.parse(added)).toEqual(added)
    expect(added).toMatchObject({ name: 'fake', has_key: true, served: ['chat-small'], not_served: [] })
    expect(fake.seen.map(({ path }) => path)).toEqual(['/v1/chat/completions'])
    expect(store.find('chat-small')).toEqual({ provider: 'fake', model: 'chat-small' })
    expect((await ask(store, 'fake')).status).toBe(200)

    const shown = JSON.stringify([added, store.list(), store.get('fake'), logged])
    const kept = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'))
    for (const text of [shown, ...kept]) expect(text).not.toContain(canary)
  })

  test('lasts', async () => {
    const { store, fake, add, folder, ...opened } = await withProvider({ prefix: 'f/', organization: 'org' })
    {
      await using _ = opened
      await store.add(add, signal)
    }
    await using again = await openStore({ folder })
    expect(again.store.get('fake')).toMatchObject({ prefix: 'f/', has_key: true, served: ['f/chat-small'] })
    expect((await ask(again.store, 'fake')).status).toBe(200)
    expect(fake.seen.at(-1)?.headers).toMatchObject({
      authorization: `Bearer ${canary}`,
      'openai-organization': 'org',
    })
  })

  test.for([
    [{ key: 'sk-wrong' }, 'Invalid API key'],
    [{ models: ['nobody'] }, 'Model not found'],
    [{ base_url: 'http://127.0.0.1:1/v1' }, 'Network error'],
  ] as const)('refuses %j, and keeps nothing', async ([given, message]) => {
    const { store, add, ...opened } = await withProvider()
    await using _ = opened
    const adding = store.add({ ...add, ...given } as AddProvider, signal)
    await expect(adding).rejects.toMatchObject({
      code: 'provider_test_failed',
      message,
      hint: expect.stringContaining('Nothing was saved.'),
    })
    expect(store.list()).toEqual([])
    expect(await store.add({ ...add, ...given, verify: false } as AddProvider, signal)).toMatchObject({
      name: 'fake',
    })
  })

  test('chooses a model to try where none is given', async () => {
    const { store, add, fake, ...opened } = await withProvider({ models: [] })
    await using _ = opened
    expect(await store.add(add, signal)).toMatchObject({ served: [] })
    expect(fake.seen.map(({ path }) => path)).toEqual(['/v1/models', '/v1/chat/completions'])
  })

  test.for([
    [{ base_url: undefined }, 'base_url'],
    [{ preset: 'nobody' }, 'preset'],
    [{ preset: 'openai', key: null }, 'key'],
    [{ preset: 'azure-openai', base_url: undefined }, 'base_url'],
    [{ all_models: true }, 'prefix'],
    [{ ca_file: '/nowhere/ca.pem' }, 'ca_file'],
  ])('refuses %j and names the field', async ([given, param]) => {
    const { store, add, ...opened } = await withProvider()
    await using _ = opened
    const body = Object.fromEntries(
      Object.entries({ ...add, ...(given as object) }).filter(([, value]) => value !== undefined),
    )
    await expect(store.add(body as AddProvider, signal)).rejects.toMatchObject({
      code: 'invalid_request',
      param,
    })
  })

  test('a name of a provider is taken once, also by two at the same time', async () => {
    const { store, add, ...opened } = await withProvider()
    await using _ = opened
    const both = await Promise.allSettled([
      store.add(add, signal),
      store.add({ ...add, models: ['chat-large'] }, signal),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await expect(store.add({ ...add, verify: false, override: true }, signal)).rejects.toMatchObject({
      code: 'provider_exists',
    })
  })
})

describe('names', () => {
  test('that others have are refused, unless they may keep them', async () => {
    const { store, add, ...opened } = await withProvider({ verify: false }, { taken: chatSmallIsTaken })
    await using _ = opened
    await expect(store.add(add, signal)).rejects.toMatchObject({
      code: 'model_exists',
      message: expect.stringMatching(/fake.*chat-small.*a local model/),
    })
    const models = ['chat-small', 'chat-large']
    const first = await store.add({ ...add, models, override: true }, signal)
    expect(first).toMatchObject({
      served: ['chat-large'],
      not_served: [{ model: 'chat-small', reason: expect.stringContaining('a local model') }],
    })
    expect(store.served().map(({ name }) => name)).toEqual(['chat-large'])
    expect(store.taken('chat-large')).toBe('the provider fake')
    expect(store.taken('other')).toBeUndefined()

    const second = { ...add, name: 'second', models: ['chat-large', 'more'] }
    await expect(store.add(second, signal)).rejects.toMatchObject({ code: 'model_exists' })
    expect(await store.add({ ...second, override: true }, signal)).toMatchObject({ served: ['more'] })
    expect(store.find('chat-large')).toMatchObject({ provider: 'fake' })
    // What it could not have before does not stand in the way of what it changes now.
    expect(await store.edit('second', { add_models: ['new'], verify: false }, signal)).toMatchObject({
      served: ['more', 'new'],
    })
    await store.remove('fake')
    expect(store.find('chat-large')).toMatchObject({ provider: 'second' })
  })

  test('that no model may have are left out, and told', async () => {
    const { store, add, ...opened } = await withProvider({ models: ['@cf/llama', 'fine'], verify: false })
    await using _ = opened
    expect(await store.add(add, signal)).toMatchObject({
      served: ['fine'],
      not_served: [{ model: '@cf/llama', reason: expect.stringContaining('cannot be the name') }],
    })
  })

  test('are served by provider, alphabetically', async () => {
    const { store, add, ...opened } = await withProvider({ verify: false })
    await using _ = opened
    await store.add({ ...add, name: 'z', models: ['b', 'a'] }, signal)
    await store.add({ ...add, name: 'y', models: ['d'], prefix: 'p/' }, signal)
    expect(store.served().map(({ provider, name, model }) => [provider, name, model])).toEqual([
      ['y', 'p/d', 'd'],
      ['z', 'a', 'a'],
      ['z', 'b', 'b'],
    ])
  })
})

describe('all models', () => {
  test('are known from the start, and any other id under the prefix is found', async () => {
    const { store, add, folder, ...opened } = await withProvider({
      models: [],
      all_models: true,
      prefix: 'f/',
    })
    {
      await using _ = opened
      expect(await store.add(add, signal)).toMatchObject({
        served: ['f/chat-large', 'f/chat-small'],
        refreshed_at: expect.any(String),
      })
      expect(store.find('f/brand-new')).toEqual({ provider: 'fake', model: 'brand-new' })
    }
    await using again = await openStore({ folder })
    expect(again.store.get('fake').served).toEqual(['f/chat-large', 'f/chat-small'])
  })

  test('are asked for at the start; where that fails, the last list stays', async () => {
    const { store, add, folder, fake, ...opened } = await withProvider({
      models: [],
      all_models: true,
      prefix: 'f/',
    })
    {
      await using _ = opened
      await store.add(add, signal)
    }
    fake.answers.models = answerJson(500, {})
    {
      await using again = await openStore({ folder })
      again.store.start()
      await vi.waitFor(
        () =>
          expect(again.logged.map(({ message }) => message)).toContain('a provider did not list its models'),
        { timeout: 10_000, interval: 20 },
      )
      expect(again.store.get('fake').served).toHaveLength(2)
    }
    fake.answers.models = answerJson(200, [{ id: 'newest' }])
    await using last = await openStore({ folder })
    last.store.start()
    await vi.waitFor(() => expect(last.store.get('fake').served).toEqual(['f/newest']), {
      timeout: 10_000,
      interval: 20,
    })
  })

  test('that are listed say under which name they are served', async () => {
    const { store, add, ...opened } = await withProvider({ prefix: 'f/' })
    await using _ = opened
    await store.add(add, signal)
    expect(await store.models('fake', signal)).toEqual([
      { id: 'chat-large', served_as: null },
      { id: 'chat-small', served_as: 'f/chat-small' },
    ])
  })
})

describe('editing', () => {
  test('a new key holds at once, after it was tried', async () => {
    const { store, add, fake, ...opened } = await withProvider()
    await using _ = opened
    await store.add(add, signal)
    const before = store.upstream('fake')
    await expect(store.edit('fake', { key: 'sk-wrong' }, signal)).rejects.toMatchObject({
      code: 'provider_test_failed',
      message: 'Invalid API key',
    })
    expect(store.upstream('fake')).toBe(before)
    await store.edit('fake', { key: 'sk-wrong', verify: false }, signal)
    expect(store.upstream('fake')).not.toBe(before)
    expect((await ask(store, 'fake')).status).toBe(401)
    expect(fake.seen.at(-1)?.headers.authorization).toBe('Bearer sk-wrong')
    await store.edit('fake', { key: canary }, signal)
    expect((await ask(store, 'fake')).status).toBe(200)
    expect(await store.edit('fake', { key: null, verify: false }, signal)).toMatchObject({ has_key: false })
  })

  test('a request under way ends on the old connection', async () => {
    const { store, add, fake, ...opened } = await withProvider()
    await using _ = opened
    await store.add(add, signal)
    const arrived = Promise.withResolvers<() => void>()
    fake.answers.models = (request, response) =>
      arrived.resolve(() => answerJson(200, { data: [] })(request, response))
    const asked = ask(store, 'fake')
    const answer = await arrived.promise
    await store.edit('fake', { key: 'sk-new', verify: false }, signal)
    answer()
    expect((await asked).status).toBe(200)
  })

  test.for([
    { base_url: 'http://127.0.0.1:1/v1' },
    { base_url: 'http://localhost/v1' },
    { proxy: 'http://127.0.0.1:1' },
    { socket: '/run/other.sock' },
  ])('%j needs the key again, also to try it', async (change) => {
    const { store, add, ...opened } = await withProvider()
    await using _ = opened
    await store.add(add, signal)
    const refused = { code: 'invalid_request', param: 'key', hint: expect.any(String) }
    await expect(store.edit('fake', { ...change, verify: false }, signal)).rejects.toMatchObject(refused)
    await expect(store.test('fake', change, signal)).rejects.toMatchObject(refused)
    const given = { ...change, key: canary, verify: false }
    expect(await store.edit('fake', given, signal)).toMatchObject(change)
  })

  test('another path of the same host does not', async () => {
    const { store, add, fake, ...opened } = await withProvider()
    await using _ = opened
    await store.add(add, signal)
    const base_url = fake.baseUrl.replace('/v1', '/v2')
    expect(await store.edit('fake', { base_url }, signal)).toMatchObject({ base_url, has_key: true })
    expect(fake.seen.at(-1)?.path).toBe('/v2/chat/completions')
  })

  test.for<[EditProvider, string[], boolean]>([
    [{ add_models: ['chat-large'] }, ['chat-large', 'chat-small'], true],
    [{ add_models: ['chat-large'], remove_models: ['chat-small'] }, ['chat-large'], true],
    [{ remove_models: ['chat-small'] }, [], false],
    [{ models: [] }, [], false],
    [{ prefix: 'f/' }, ['f/chat-small'], false],
    [{ headers: { 'X-Title': 'llmd' } }, ['chat-small'], true],
  ])('%j serves %j', async ([change, served, isTried]) => {
    const { store, add, fake, ...opened } = await withProvider()
    await using _ = opened
    await store.add(add, signal)
    fake.seen.length = 0
    expect(await store.edit('fake', change, signal)).toMatchObject({ served })
    expect(fake.seen.length > 0).toBe(isTried)
  })

  test('edits build on one another', async () => {
    const { store, add, ...opened } = await withProvider()
    await using _ = opened
    await store.add(add, signal)
    await Promise.all([
      store.edit('fake', { add_models: ['chat-large'] }, signal),
      store.edit('fake', { prefix: 'f/' }, signal),
    ])
    expect(store.get('fake').served).toEqual(['f/chat-large', 'f/chat-small'])
  })

  test('no more than 50 models are selected', async () => {
    const { store, add, ...opened } = await withProvider({ verify: false })
    await using _ = opened
    await store.add(add, signal)
    const add_models = Array.from({ length: 50 }, (_unused, index) => `m${index}`)
    await expect(store.edit('fake', { add_models }, signal)).rejects.toMatchObject({ param: 'models' })
  })

  test('whom there is not cannot be changed', async () => {
    const { store, ...opened } = await withProvider()
    await using _ = opened
    const unknown = { code: 'provider_not_found' }
    await expect(store.edit('x', {}, signal)).rejects.toMatchObject(unknown)
    await expect(store.remove('x')).rejects.toMatchObject(unknown)
    await expect(store.test('x', {}, signal)).rejects.toMatchObject(unknown)
    await expect(store.models('x', signal)).rejects.toMatchObject(unknown)
    expect(() => store.upstream('x')).toThrow(expect.objectContaining(unknown))
    expect(() => store.get('x')).toThrow(expect.objectContaining(unknown))
  })
})

test('what is removed is gone, with its key', async () => {
  const { store, add, database, ...opened } = await withProvider()
  await using _ = opened
  await store.add(add, signal)
  expect(await store.remove('fake')).toMatchObject({ name: 'fake', served: ['chat-small'] })
  expect(store.list()).toEqual([])
  expect(store.find('chat-small')).toBeUndefined()
  expect(await database.kysely.selectFrom('providers').selectAll().execute()).toEqual([])
})

test('a connection is open before the first request: from the start on, and after each change', async () => {
  const { store, fake, add, folder, ...opened } = await withProvider()
  {
    await using _ = opened
    await store.add({ ...add, verify: false }, signal)
    await store.add({ ...add, name: 'all', prefix: 'all/', models: [], all_models: true }, signal)
  }
  await using again = await openStore({ folder })
  const before = { connections: fake.connections, answered: fake.answered }
  let asked = 0
  const isWarm = async (name: string, opened: number) => {
    await vi.waitFor(() => expect(fake.answered).toBe(before.answered + opened + asked), patience)
    // What was sent has been read by then.
    await setImmediate()
    await setImmediate()
    await ask(again.store, name)
    asked += 1
    expect(fake.connections).toBe(before.connections + opened)
  }
  again.store.start()
  await isWarm('fake', 2)
  await isWarm('all', 2)
  await again.store.edit('fake', { organization: 'org', verify: false }, signal)
  await isWarm('fake', 3)
  await again.store.add({ ...add, name: 'new', prefix: 'new/', verify: false }, signal)
  await isWarm('new', 4)
  expect(again.reachedAnew).toEqual(['fake'])
  await again.store.edit('fake', { prefix: 'other/' }, signal)
  await again.store.remove('fake')
  expect(again.reachedAnew).toEqual(['fake', 'fake'])
  expect(fake.connections).toBe(before.connections + 4)
})

test('a provider whose key cannot be read is not connected to, and keeps nobody from starting', async () => {
  const { store, fake, add, folder, ...opened } = await withProvider()
  {
    await using _ = opened
    await store.add({ ...add, verify: false }, signal)
    await store.add({ ...add, name: 'open', prefix: 'open/', key: undefined, verify: false }, signal)
  }
  rmSync(join(folder, 'master.key'))
  await using sealed = await openStore({ folder })
  sealed.store.start()
  await vi.waitFor(() => expect(fake.connections).toBe(1), patience)
})

test('a test tells the time, or what is wrong, of what is saved and of what is not', async () => {
  const { store, add, fake, ...opened } = await withProvider()
  await using _ = opened
  await store.add(add, signal)
  expect(await store.test('fake', {}, signal)).toMatchObject({ ok: true, model: 'chat-small' })
  expect(await store.test('fake', { model: 'nobody' }, signal)).toMatchObject({
    failure: { message: 'Model not found' },
  })
  expect(await store.test('fake', { key: 'sk-other' }, signal)).toMatchObject({
    failure: { message: 'Invalid API key' },
  })
  const draft = { base_url: fake.baseUrl, key: canary, ...allow }
  expect(await store.try(draft, signal)).toMatchObject({ ok: true, model: 'chat-large' })
  expect(await store.try({ ...draft, key: 'x' }, signal)).toMatchObject({
    attempts: 1,
    failure: { message: 'Invalid API key' },
  })
  expect(await store.discover(draft, signal)).toEqual([
    { id: 'chat-large', served_as: null },
    { id: 'chat-small', served_as: null },
  ])
})

test('without its master key nothing is sent, and everything else goes on', async () => {
  const { store, add, folder, ...opened } = await withProvider()
  {
    await using _ = opened
    await store.add(add, signal)
  }
  rmSync(join(folder, 'master.key'))
  await using sealed = await openStore({ folder })
  expect(sealed.store.get('fake')).toMatchObject({ has_key: true, served: ['chat-small'] })
  expect(() => sealed.store.upstream('fake')).toThrow(expect.objectContaining({ code: 'sealed' }))
  expect(await sealed.store.edit('fake', { prefix: 'f/' }, signal)).toMatchObject({
    served: ['f/chat-small'],
  })
  await expect(sealed.store.edit('fake', { key: 'new', verify: false }, signal)).rejects.toMatchObject({
    code: 'sealed',
  })
})

test('keys outlive a rotation of the master key', async () => {
  const { store, add, folder, vault, ...opened } = await withProvider()
  {
    await using _ = opened
    await store.add(add, signal)
    expect(await vault.rotate()).toMatchObject({ reencrypted: 1 })
    expect((await ask(store, 'fake')).status).toBe(200)
  }
  await using again = await openStore({ folder })
  expect((await ask(again.store, 'fake')).status).toBe(200)
})

test('an authority is read when a connection is made', async () => {
  const { store, add, folder, ...opened } = await withProvider({ verify: false })
  await using _ = opened
  const ca_file = join(folder, 'ca.pem')
  writeFileSync(ca_file, 'no certificate')
  await expect(store.add({ ...add, ca_file }, signal)).rejects.toMatchObject({ param: 'ca_file' })
  writeFileSync(ca_file, '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n')
  await store.add({ ...add, ca_file }, signal)
  rmSync(ca_file)
  expect(() => store.upstream('fake')).toThrow(expect.objectContaining({ code: 'upstream_unreachable' }))
})
