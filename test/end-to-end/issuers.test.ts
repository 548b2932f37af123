import { expect, it } from 'vitest'
import { newSigningKey, signJwt, startFakeIssuer } from '../fixtures/fake-issuer.ts'
import { createLlmd } from './llmd.ts'

it('issuers are added, tested and removed without a daemon', { timeout: 60_000 }, async () => {
  const llmd = createLlmd()
  const key = await newSigningKey('one')
  const issuer = await startFakeIssuer([key])
  const how = ['--audience', 'llmd', '--scope-claim', 'realm_access.roles', '--grant', 'ops=admin']
  expect(await llmd.run(['issuers', 'add', 'login', issuer.url, ...how])).toEqual({
    code: 0,
    stdout: 'Added login. Try it with: llmd issuers test login\n',
    stderr: '',
  })
  const jwt = await signJwt(key, { iss: issuer.url, realm_access: { roles: ['ops'] } })
  const judged = await llmd.run(['issuers', 'test', 'login', '--jwt-stdin'], { input: `${jwt}\n` })
  expect(judged).toMatchObject({ code: 0, stderr: '' })
  expect(judged.stdout).toMatch(/^one +EC +ES256$/m)
  expect(judged.stdout).toMatch(/^User +jwt:login:alice$/m)
  expect(judged.stdout).toMatch(/^Scopes +admin$/m)
  expect(await llmd.run(['issuers', 'remove', 'login', '--yes'])).toMatchObject({ code: 0, stderr: '' })
})
