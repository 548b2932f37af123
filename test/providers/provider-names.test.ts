import { describe, expect, test, vi } from 'vitest'
import { answerJson } from '../fixtures/fake-provider.ts'
import { openStore } from './open-store.ts'
import { signal, withProvider } from './with-provider.ts'

const chatSmallIsTaken = (name: string) => (name === 'chat-small' ? 'a local model' : undefined)

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
