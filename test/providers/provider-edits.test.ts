import { describe, expect, test } from 'vitest'
import type { EditProvider } from '../../src/api/providers.ts'
import { answerJson } from '../fixtures/fake-provider.ts'
import { ask, canary, signal, withProvider } from './with-provider.ts'

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
