import { readdirSync, readFileSync, writeFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { providerSchema, type AddProvider } from '../../src/api/providers.ts'
import { openStore } from './open-store.ts'
import { allow, ask, canary, patience, signal, withProvider } from './with-provider.ts'

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
  const isWarm = async (name: string, times: number) => {
    await vi.waitFor(() => expect(fake.answered).toBe(before.answered + times + asked), patience)
    // What was sent has been read by then.
    await setImmediate()
    await setImmediate()
    await ask(again.store, name)
    asked += 1
    expect(fake.connections).toBe(before.connections + times)
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
