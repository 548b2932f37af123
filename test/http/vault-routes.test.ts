import { describe, expect, it } from 'vitest'
import { exportedVaultSchema, rotatedVaultSchema, vaultStatusSchema } from '../../src/api/vault.ts'
import { LlmdError } from '../../src/errors.ts'
import { call, overTcp } from './call.ts'
import { fakeApp, keys } from './fake-services.ts'

const passphrase = 'correct horse battery'
const socket = { via: 'socket' } as const
const secrets = [
  ['/llmd/v1/vault/export', { passphrase }],
  ['/llmd/v1/vault/import', { export: 'llmd-master-key-v1.x', passphrase }],
] as const

describe('the vault', () => {
  it('tells how it is, after it looked for its key again', async () => {
    const fake = fakeApp()
    fake.services.vault.status = () => expect.unreachable()
    const { status, body } = await call(fake, { path: '/llmd/v1/vault', key: keys.admin })
    expect(status).toBe(200)
    expect(vaultStatusSchema.strict().parse(body)).toMatchObject({ state: 'open', home: 'file' })
  })

  it('is rotated', async () => {
    const { status, body } = await call(fakeApp(), {
      method: 'POST',
      path: '/llmd/v1/vault/rotate',
      key: keys.admin,
    })
    expect(status).toBe(200)
    expect(rotatedVaultSchema.strict().parse(body)).toMatchObject({ reencrypted: 2 })
  })

  it.each([socket, { via: 'in-process' } as const])('is exported and imported %j', async (arrival) => {
    const [out, back] = await Promise.all(
      secrets.map(([path, json]) => call(fakeApp(), { method: 'POST', path, json, arrival })),
    )
    expect(exportedVaultSchema.strict().parse(out?.body).export).toMatch(/^export/)
    expect(vaultStatusSchema.strict().parse(back?.body)).toMatchObject({ state: 'open' })
  })

  it.each(secrets)('answers nobody over TCP at %s, whatever the token may do', async (path, json) => {
    const fake = fakeApp()
    const refused = await call(fake, { method: 'POST', path, json, key: keys.all, arrival: overTcp })
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'permission_denied' } } })
    expect(JSON.stringify([refused.body, fake.logged])).not.toContain(passphrase)
  })

  it.each(['', '/rotate', '/export', '/import'])(
    'needs the scope admin at /llmd/v1/vault%s',
    async (path) => {
      const method = path === '' ? 'GET' : 'POST'
      for (const arrival of [overTcp, socket]) {
        const answer = await call(fakeApp(), {
          method,
          path: `/llmd/v1/vault${path}`,
          key: keys.llm,
          arrival,
        })
        expect(answer.status).toBe(403)
      }
    },
  )

  it.each([
    ['/llmd/v1/vault/export', { passphrase: 'too short' }, 'passphrase'],
    ['/llmd/v1/vault/export', { passphrase, extra: 1 }, 'extra'],
    ['/llmd/v1/vault/import', { passphrase }, 'export'],
  ])('refuses at %s the body %j, and does not repeat the passphrase', async (path, json, param) => {
    const fake = fakeApp()
    const { status, body } = await call(fake, { method: 'POST', path, json, arrival: socket })
    expect(status).toBe(400)
    expect(body.error.param).toBe(param)
    expect(JSON.stringify([body, fake.logged])).not.toContain(json.passphrase)
  })

  it('is no reason to try the same again at once where it is sealed', async () => {
    const fake = fakeApp()
    fake.services.vault.rotate = () =>
      Promise.reject(new LlmdError('sealed', 'The vault is sealed.', { hint: 'llmd vault status' }))
    const answer = await call(fake, { method: 'POST', path: '/llmd/v1/vault/rotate', key: keys.admin })
    expect(answer).toMatchObject({
      status: 503,
      body: { error: { code: 'sealed', hint: 'llmd vault status' } },
    })
  })
})
