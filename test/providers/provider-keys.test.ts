import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openStore } from './open-store.ts'
import { ask, patience, signal, withProvider } from './with-provider.ts'

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
