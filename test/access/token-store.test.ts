import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createSpending } from '../../src/access/spending.ts'
import { createTokenStore } from '../../src/access/token-store.ts'
import { withoutToken } from '../../src/access/without-token.ts'
import { tokenSchema } from '../../src/api/tokens.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createTokenTable } from '../../src/storage/token-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { tokenRow } from '../storage/fixtures/rows.ts'

const operator = withoutToken(['llm-all', 'admin'])

const start = Date.parse('2026-01-31T12:00:00.000Z')

async function newStore() {
  const file = join(temporaryFolder(), 'state.db')
  const database = await openDatabase(file)
  onTestFinished(() => database[Symbol.asyncDispose]())
  const table = createTokenTable(database)
  const clock = { now: start }
  const load = () => createTokenStore({ table, now: () => clock.now })
  return { store: await load(), load, table, clock, file }
}

const named = (name: string) => ({ name, scopes: ['llm-all' as const], expires_at: null })

const withCode = (code: string) => expect.objectContaining({ code })

test('a key opens for its token and its scopes, now and after a restart', async () => {
  const { store, load } = await newStore()
  const { key, ...token } = await store.create({ ...named('ci'), scopes: ['llm-all', 'admin'] }, operator)
  expect(tokenSchema.parse(token)).toEqual(token)
  expect(token).toMatchObject({ name: 'ci', created_at: '2026-01-31T12:00:00.000Z', revoked_at: null })
  for (const each of [store, await load()]) {
    expect(each.verify(key)).toEqual({
      tokenId: token.id,
      tokenName: 'ci',
      scopes: new Set(['llm-all', 'admin']),
      deploymentId: null,
      models: null,
      limits: null,
    })
    expect(each.watch(token.id)()).toBe(true)
    expect(each.get('ci')).toEqual(token)
    expect(each.list()).toEqual([token])
  }
})

test('no other text opens', async () => {
  const { store } = await newStore()
  const { key, masked } = await store.create(named('ci'), operator)
  const { store: other } = await newStore()
  const { key: unknown } = await other.create(named('ci'), operator)
  for (const text of [
    '',
    masked,
    unknown,
    `${key} `,
    key.slice(0, -1),
    "' OR 1=1--",
    '\0',
    'x'.repeat(16_384),
  ]) {
    expect(store.verify(text)).toBeUndefined()
  }
})

test('no token hands out more than it has', async () => {
  const { store } = await newStore()
  const { key } = await store.create(named('small'), operator)
  const maker = store.verify(key)!
  await expect(store.create({ ...named('wide'), scopes: ['llm-all', 'admin'] }, maker)).rejects.toThrow(
    expect.objectContaining({
      code: 'permission_denied',
      param: 'scopes',
      message: expect.stringMatching(/admin/),
    }),
  )
  expect((await store.create(named('equal'), maker)).scopes).toEqual(['llm-all'])
  expect(store.list().map(({ name }) => name)).toEqual(['small', 'equal'])
})

test('a live name is taken, even while it is being written', async () => {
  const { store } = await newStore()
  const both = await Promise.allSettled([
    store.create(named('ci'), operator),
    store.create(named('ci'), operator),
  ])
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  await expect(store.create(named('ci'), operator)).rejects.toThrow(withCode('token_exists'))
  await store.revoke('ci')
  await store.create(named('ci'), operator)
  expect(store.list()).toHaveLength(2)
})

test('a revoked key is refused at once and after a restart', async () => {
  const { store, load, clock } = await newStore()
  const { key, id } = await store.create(named('ci'), operator)
  clock.now += 1000
  const revoked = await store.revoke('ci')
  expect(revoked).toMatchObject({ id, revoked_at: '2026-01-31T12:00:01.000Z' })
  clock.now += 1000
  expect(await store.revoke(id)).toEqual(revoked)
  for (const each of [store, await load()]) {
    expect(each.verify(key)).toBeUndefined()
    expect(each.list()).toEqual([revoked])
  }
})

test('revoking takes an id or the name of a live token', async () => {
  const { store } = await newStore()
  const first = await store.create(named('ci'), operator)
  await store.revoke(first.id)
  const second = await store.create(named('ci'), operator)
  expect((await store.revoke('ci')).id).toBe(second.id)
  await expect(store.revoke('ci')).rejects.toThrow(withCode('token_not_found'))
  await expect(store.revoke(second.masked)).rejects.toThrow(withCode('token_not_found'))
})

test('a token ends when the wall clock says so, which frees its name', async () => {
  const { store, clock } = await newStore()
  const expires_at = new Date(start + 1000).toISOString()
  const { key } = await store.create({ ...named('ci'), expires_at }, operator)
  clock.now += 999
  expect(store.verify(key)).toBeDefined()
  await expect(store.create(named('ci'), operator)).rejects.toThrow(withCode('token_exists'))
  clock.now += 1
  expect(store.verify(key)).toBeUndefined()
  await store.create(named('ci'), operator)
})

test('a stored scope that is not known grants nothing', async () => {
  const { load, table } = await newStore()
  await table.insert(tokenRow('e6a7b1a2-3c4d-4e5f-8a9b-0c1d2e3f4a5b', { scopes: ['llm-all', 'everything'] }))
  expect((await load()).list()[0]!.scopes).toEqual(['llm-all'])
})

test('what the caller gets is a copy', async () => {
  const { store } = await newStore()
  const { key } = await store.create(named('ci'), operator)
  store.list()[0]!.revoked_at = '2026-01-31T12:00:00.000Z'
  expect(store.verify(key)).toBeDefined()
})

test('the key is nowhere on the disk', async () => {
  const { store, file } = await newStore()
  const { key, masked } = await store.create(named('canary'), operator)
  const secret = key.slice('sk-llmd-v1-'.length, 'sk-llmd-v1-'.length + 43)
  for (const each of [file, `${file}-wal`]) expect(readFileSync(each, 'latin1')).not.toContain(secret)
  expect(readFileSync(`${file}-wal`, 'latin1')).toContain(masked)
})

test('another key takes the place of the one before, at once and after a restart', async () => {
  const { store, load } = await newStore()
  const { key, ...token } = await store.create(named('ci'), operator)
  const mayGoOn = store.watch(token.id)
  const rotated = await store.rotate('ci', operator)
  expect(rotated).toMatchObject({
    id: token.id,
    name: 'ci',
    scopes: token.scopes,
    created_at: token.created_at,
  })
  expect(rotated.masked).not.toBe(token.masked)
  // Who came with the old key is shown out, and who comes with the new one is not.
  expect([mayGoOn(), store.watch(token.id)()]).toEqual([false, true])
  for (const each of [store, await load()]) {
    expect(each.verify(key)).toBeUndefined()
    expect(each.verify(rotated.key)).toMatchObject({ tokenId: token.id, tokenName: 'ci' })
    expect(each.known()).toHaveLength(1)
  }
})

test('of keys that are made at the same time the last one holds, before and after a restart', async () => {
  const { store, load } = await newStore()
  await store.create(named('ci'), operator)
  const keys = (await Promise.all([1, 2, 3].map(() => store.rotate('ci', operator)))).map(({ key }) => key)
  const holds = (each: typeof store) => keys.map((key) => each.verify(key) !== undefined)
  expect(holds(store)).toEqual([false, false, true])
  expect(holds(await load())).toEqual([false, false, true])
})

test('nobody gets a key with scopes that they lack', async () => {
  const { store } = await newStore()
  const { key } = await store.create({ ...named('manager'), scopes: ['admin'] }, operator)
  const manager = store.verify(key)!
  const { key: other } = await store.create(named('caller'), operator)
  const denied = expect.objectContaining({ code: 'permission_denied', param: 'scopes' })
  await expect(store.rotate('caller', manager)).rejects.toThrow(denied)
  await expect(store.edit('manager', { scopes: ['admin', 'llm-all'] }, manager)).rejects.toThrow(denied)
  expect(store.verify(other)).toBeDefined()
  // What it has already is not handed out by naming it.
  expect((await store.edit('caller', { scopes: ['llm-all', 'admin'] }, manager)).scopes).toEqual([
    'llm-all',
    'admin',
  ])
})

test('an edit changes what it names, at once and after a restart', async () => {
  const { store, load } = await newStore()
  const { key, ...token } = await store.create({ ...named('ci'), scopes: ['llm-all', 'admin'] }, operator)
  const expires_at = new Date(start + 1000).toISOString()
  await Promise.all([
    store.edit('ci', { name: 'cd' }, operator),
    store.edit(token.id, { expires_at }, operator),
    store.edit(token.id, { scopes: ['llm-all'] }, operator),
  ])
  for (const each of [store, await load()]) {
    expect(each.list()).toEqual([{ ...token, name: 'cd', expires_at, scopes: ['llm-all'] }])
    expect(each.verify(key)).toMatchObject({ tokenName: 'cd', scopes: new Set(['llm-all']) })
  }
  expect(await store.edit('cd', { expires_at: null }, operator)).toMatchObject({ expires_at: null })
})

test('an edit gives no token the name of another live one', async () => {
  const { store, clock } = await newStore()
  const { id } = await store.create(
    { ...named('ci'), expires_at: new Date(start + 1000).toISOString() },
    operator,
  )
  await store.create(named('cd'), operator)
  await expect(store.edit('ci', { name: 'cd' }, operator)).rejects.toThrow(withCode('token_exists'))
  clock.now += 1000
  await store.create(named('ci'), operator)
  // It would live again.
  await expect(store.edit(id, { expires_at: null }, operator)).rejects.toThrow(withCode('token_exists'))
  expect(await store.edit(id, { expires_at: null, name: 'former' }, operator)).toMatchObject({
    name: 'former',
  })
})

test('what is over gets no other key, and what was revoked stays as it is', async () => {
  const { store, clock } = await newStore()
  const { id } = await store.create(
    { ...named('ci'), expires_at: new Date(start + 1000).toISOString() },
    operator,
  )
  clock.now += 1000
  await expect(store.rotate(id, operator)).rejects.toThrow(/expired/)
  await store.revoke(id)
  await expect(store.rotate(id, operator)).rejects.toThrow(/revoked/)
  await expect(store.edit(id, { expires_at: null }, operator)).rejects.toThrow(/revoked/)
  await expect(store.rotate('nobody', operator)).rejects.toThrow(withCode('token_not_found'))
})

test('a token of a deployment is revoked with it, and others are not', async () => {
  const { store, load } = await newStore()
  const bound = await store.create({ ...named('bound'), deployment: 'one' }, operator)
  const other = await store.create({ ...named('other'), deployment: 'two' }, operator)
  const { key } = await store.create(named('free'), operator)
  expect(bound.deployment).toBe('one')
  for (const each of [store, await load()]) {
    expect(each.verify(bound.key)).toMatchObject({ deploymentId: 'one' })
    expect(each.verify(key)).toMatchObject({ deploymentId: null })
  }
  await expect(store.edit(bound.id, { scopes: ['llm-all', 'admin'] }, operator)).rejects.toMatchObject({
    code: 'invalid_request',
    param: 'scopes',
  })
  expect(await store.edit(bound.id, { scopes: ['llm-all'] }, operator)).toMatchObject({ deployment: 'one' })
  expect(await store.revokeOfDeployment('one')).toMatchObject([
    { id: bound.id, revoked_at: expect.any(String) },
  ])
  expect(await store.revokeOfDeployment('one')).toEqual([])
  for (const each of [store, await load()]) {
    expect(each.verify(bound.key)).toBeUndefined()
    expect(each.verify(other.key)).toBeDefined()
    expect(each.verify(key)).toBeDefined()
  }
})

const limited = {
  rpm: 30,
  tpm: 1000,
  credits: 2.5,
  budget: { credits: 1, per: 'day' as const },
  models: ['a', 'b/c'],
}

test('a token has the limits that it was given, now and after a restart', async () => {
  const { store, load } = await newStore()
  const { key, ...token } = await store.create({ ...named('ci'), ...limited }, operator)
  expect(tokenSchema.parse(token)).toEqual(token)
  expect(token).toMatchObject({ ...limited, credits_used: 0, budget_used: 0 })
  for (const each of [store, await load()]) {
    expect(each.get('ci')).toEqual(token)
    const principal = each.verify(key)
    expect(principal?.models).toEqual(new Set(limited.models))
    expect(principal?.limits).toEqual({
      rpm: 30,
      tpm: 1000,
      creditsUntil: 2_500_000,
      budget: { credits: 1_000_000, per: 'day' },
    })
    expect(each.known()).toMatchObject([{ models: limited.models, limits: { rpm: 30 } }])
  }
})

test('a change of limits holds at once, and leaves the others', async () => {
  const { store, load } = await newStore()
  const { key } = await store.create({ ...named('ci'), ...limited }, operator)
  expect(store.verify(key)?.limits?.rpm).toBe(30)
  const changed = await store.edit('ci', { rpm: 5, models: null, budget: null }, operator)
  expect(changed).toMatchObject({ rpm: 5, tpm: 1000, models: null, budget: null, budget_used: null })
  for (const each of [store, await load()]) {
    expect(each.verify(key)).toMatchObject({ models: null, limits: { rpm: 5, tpm: 1000, budget: null } })
  }
  await store.edit('ci', { name: 'cd' }, operator)
  expect(store.verify(key)).toMatchObject({ tokenName: 'cd', limits: { rpm: 5 } })
  await store.edit('cd', { rpm: null, tpm: null, credits: null }, operator)
  for (const each of [store, await load()]) expect(each.verify(key)?.limits).toBeNull()
})

test('credits are what is left from when they were set, whatever was spent before', async () => {
  const { table } = await newStore()
  const spending = createSpending({ now: () => start })
  const load = () => createTokenStore({ table, spending, now: () => start })
  const store = await load()
  const { id } = await store.create(named('ci'), operator)
  const spend = (credits: number) => spending.add(id, credits * 1_000_000, new Date(start))
  spend(3)
  expect(store.get(id)).toMatchObject({ credits: null, credits_used: 3 })
  expect(await store.edit(id, { credits: 10, budget: { credits: 5, per: 'month' } }, operator)).toMatchObject(
    {
      credits: 10,
      credits_used: 3,
      budget_used: 3,
    },
  )
  spend(10.5)
  for (const each of [store, await load()]) {
    expect(each.get(id)).toMatchObject({ credits: -0.5, credits_used: 13.5, budget_used: 13.5 })
    expect(each.list()).toEqual([each.get(id)])
  }
  expect(await store.edit(id, { credits: 0.25 }, operator)).toMatchObject({ credits: 0.25 })
  expect(await store.edit(id, { rpm: 3 }, operator)).toMatchObject({ credits: 0.25 })
})

test('each owner has names of their own, which are no names for others', async () => {
  const { store, load, clock } = await newStore()
  const of = (owner: string) => store.create({ ...named('laptop'), owner }, operator)
  const [alice, bob] = [await of('jwt:login:alice'), await of('jwt:login:bob')]
  await expect(of('jwt:login:bob')).rejects.toThrow(withCode('token_exists'))
  expect(() => store.get('laptop')).toThrow(withCode('token_not_found'))
  const { id } = await store.create(named('laptop'), operator)
  expect(store.get('laptop').id).toBe(id)
  expect(store.get(alice.id)).toMatchObject({ name: 'laptop', owner: 'jwt:login:alice' })
  const another = await store.create({ ...named('other'), owner: 'jwt:login:bob' }, operator)
  await expect(store.edit(another.id, { name: 'laptop' }, operator)).rejects.toThrow(withCode('token_exists'))
  expect(store.verify(bob.key)).toMatchObject({ tokenId: bob.id, tokenName: 'jwt:login:bob/laptop' })

  await store.revokeOfOwners('jwt:login:')
  clock.now += 1000
  for (const each of [store, await load()]) {
    expect(each.verify(alice.key)).toBeUndefined()
    expect(each.verify(bob.key)).toBeUndefined()
    expect(each.get('laptop')).toMatchObject({ id, revoked_at: null })
  }
})

test('an owner makes so many keys a day, though they were all revoked', async () => {
  const { table, clock } = await newStore()
  const [owner, createdAt] = ['jwt:login:alice', new Date(start).toISOString()]
  const made = Array.from({ length: 199 }, (_, index) =>
    tokenRow(`key ${index}`, { owner, createdAt, revokedAt: createdAt }),
  )
  const store = await createTokenStore({ table: { ...table, all: async () => made }, now: () => clock.now })
  const make = (name: string, of = owner) => store.create({ ...named(name), owner: of }, operator)
  await make('the last')
  await expect(make('one more')).rejects.toThrow(withCode('too_many_keys'))
  await make('of another', 'jwt:login:bob')
  clock.now += 86_400_000
  await make('tomorrow')
})

test('new keys begin as they are told to, and old ones stay', async () => {
  const { table } = await newStore()
  let prefix = 'corp-'
  const store = await createTokenStore({ table, keyPrefix: () => prefix })
  const { key: first } = await store.create(named('one'), operator)
  prefix = 'dept_'
  const { key: second, id } = await store.create(named('two'), operator)
  expect([first, second].map((key) => key.slice(0, 5))).toEqual(['corp-', 'dept_'])
  expect((await store.rotate('one', operator)).masked).toMatch(/^dept_\*{8}-[0-9a-f]{6}$/)
  expect(store.verify(first)).toBeUndefined()
  expect(store.verify(second)?.tokenId).toBe(id)
})
