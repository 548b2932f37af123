import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { createTokenTable } from '../../src/storage/token-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { tokenRow } from './fixtures/rows.ts'

async function newTable() {
  const database = await openDatabase(join(temporaryFolder(), 'state.db'))
  onTestFinished(() => database[Symbol.asyncDispose]())
  return createTokenTable(database)
}

test('rows come back as they went in, oldest first', async () => {
  const tokens = await newTable()
  const rows = [
    tokenRow('2', { createdAt: '2026-01-01T00:00:00.000Z', scopes: ['llm-all', 'admin'] }),
    tokenRow('1', { createdAt: '2026-01-02T00:00:00.000Z', expiresAt: '2027-01-01T00:00:00.000Z' }),
    tokenRow('3', { createdAt: '2026-01-03T00:00:00.000Z', name: 'token 1' }),
    tokenRow('4', {
      createdAt: '2026-01-04T00:00:00.000Z',
      owner: 'jwt:login:alice',
      deployment: 'one',
      models: ['a', 'b/c'],
      limits: { rpm: 30, tpm: null, creditsUntil: 1_500_000, budget: { credits: 1, per: 'day' } },
    }),
  ]
  for (const row of rows.toReversed()) await tokens.insert(row)
  expect(await tokens.all()).toEqual(rows)
})

test('two tokens never share a hash', async () => {
  const tokens = await newTable()
  const row = tokenRow('1')
  await tokens.insert(row)
  await expect(tokens.insert(tokenRow('2', { hash: row.hash }))).rejects.toThrow('UNIQUE')
})

test('the first revocation counts', async () => {
  const tokens = await newTable()
  await tokens.insert(tokenRow('1'))
  await tokens.insert(tokenRow('2'))
  await tokens.revoke('1', '2026-02-01T00:00:00.000Z')
  await tokens.revoke('1', '2026-03-01T00:00:00.000Z')
  expect(await tokens.all()).toEqual([
    tokenRow('1', { revokedAt: '2026-02-01T00:00:00.000Z' }),
    tokenRow('2'),
  ])
})

test('the end of a deployment is that of its tokens', async () => {
  const tokens = await newTable()
  const rows = [tokenRow('1'), tokenRow('2', { deployment: 'one' }), tokenRow('3', { deployment: 'two' })]
  for (const row of rows) await tokens.insert(row)
  await tokens.revokeOfDeployment('one', '2026-02-01T00:00:00.000Z')
  await tokens.revokeOfDeployment('one', '2026-03-01T00:00:00.000Z')
  expect((await tokens.all()).map(({ revokedAt }) => revokedAt)).toEqual([
    null,
    '2026-02-01T00:00:00.000Z',
    null,
  ])
})

test('a change is of what it names, and of what was not revoked', async () => {
  const tokens = await newTable()
  for (const id of ['1', '2']) await tokens.insert(tokenRow(id))
  expect(await tokens.update('1', { scopes: ['admin'], expiresAt: '2027-01-01T00:00:00.000Z' })).toBe(true)
  expect(await tokens.update('1', { expiresAt: null, masked: 'other' })).toBe(true)
  expect(await tokens.update('1', {})).toBe(true)
  const limits = { rpm: 30, tpm: null, creditsUntil: null, budget: null }
  expect(await tokens.update('1', { models: ['a'], limits })).toBe(true)
  expect((await tokens.all())[0]).toMatchObject({ models: ['a'], limits })
  expect(await tokens.update('1', { models: null, limits: null })).toBe(true)
  await tokens.revoke('2', '2026-02-01T00:00:00.000Z')
  expect(await tokens.update('2', { name: 'other' })).toBe(false)
  expect(await tokens.update('3', { name: 'other' })).toBe(false)
  expect(await tokens.all()).toEqual([
    tokenRow('1', { scopes: ['admin'], masked: 'other' }),
    tokenRow('2', { revokedAt: '2026-02-01T00:00:00.000Z' }),
  ])
})

test('what an issuer leaves behind goes with it, and nothing else', async () => {
  const tokens = await newTable()
  const owners = ['jwt:a%:alice', 'jwt:a%:bob', 'jwt:ab:carol', 'JWT:A%:alice', null]
  for (const [index, owner] of owners.entries()) await tokens.insert(tokenRow(`${index}`, { owner }))
  await tokens.revoke('1', '2026-01-01T00:00:00.000Z')
  await tokens.revokeOfOwners('jwt:a%:', '2026-02-01T00:00:00.000Z')
  expect((await tokens.all()).map(({ revokedAt }) => revokedAt)).toEqual([
    '2026-02-01T00:00:00.000Z',
    '2026-01-01T00:00:00.000Z',
    null,
    null,
    null,
  ])
})
