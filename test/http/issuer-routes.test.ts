import { expect, it } from 'vitest'
import { issuerListSchema, issuerSchema, issuerTestSchema } from '../../src/api/issuers.ts'
import { call } from './call.ts'
import { type Fake, fakeApp, keys } from './fake-services.ts'

const admin = (fake: Fake, method: string, path: string, json?: unknown) =>
  call(fake, { method, path: `/llmd/v1/issuers${path}`, key: keys.all, ...(json !== undefined && { json }) })

const added = { name: 'login', issuer: 'https://login.example', audience: ['llmd'] }

it('adds, shows, changes, tests and removes an issuer', async () => {
  const fake = fakeApp()
  const answer = await admin(fake, 'POST', '', added)
  expect(answer.status).toBe(201)
  expect(issuerSchema.parse(answer.body)).toMatchObject(added)
  expect(issuerListSchema.parse((await admin(fake, 'GET', '')).body).data).toEqual([answer.body])
  expect((await admin(fake, 'GET', '/login')).body).toEqual(answer.body)
  const edited = await admin(fake, 'PATCH', '/login', { default_scopes: ['llm-all'] })
  expect(issuerSchema.parse(edited.body)).toEqual({ ...answer.body, default_scopes: ['llm-all'] })
  expect(issuerTestSchema.parse((await admin(fake, 'POST', '/login/test', {})).body).token).toBeNull()
  const judged = await admin(fake, 'POST', '/login/test', { jwt: 'a.b.c' })
  expect(issuerTestSchema.parse(judged.body).token).toMatchObject({ accepted: false })
  expect(await admin(fake, 'DELETE', '/login')).toMatchObject({ status: 200, body: { name: 'login' } })
  expect(await admin(fake, 'GET', '/login')).toMatchObject({
    status: 404,
    body: { error: { code: 'issuer_not_found' } },
  })
})

it.each([
  [{ audience: [] }, 'audience'],
  [{ audience: undefined }, 'audience'],
  [{ name: 'a:b' }, 'name'],
  [{ issuer: 'ftp://login.example' }, 'issuer'],
  [{ issuer: 'https://me:secret@login.example' }, 'issuer'],
  [{ issuer: 'https://login.example/?a' }, 'issuer'],
  [{ algorithms: ['HS256'] }, 'algorithms[0]'],
  [{ algorithms: ['none'] }, 'algorithms[0]'],
  [{ algorithms: [] }, 'algorithms'],
  [{ grants: [{ value: 'a', scope: 'all' }] }, 'grants[0].scope'],
  [{ default_scopes: ['root'] }, 'default_scopes[0]'],
  [{ secret: 'x' }, 'secret'],
])('refuses an issuer with %j', async (change, param) => {
  const { status, body } = await admin(fakeApp(), 'POST', '', { ...added, ...change })
  expect(status).toBe(400)
  expect(body.error).toMatchObject({ code: 'invalid_request', param })
  expect(JSON.stringify(body)).not.toContain('secret@')
})

it('hands out nothing that whoever adds or changes it lacks', async () => {
  const fake = fakeApp()
  const asAdmin = (method: string, path: string, json: object) =>
    call(fake, { method, path: `/llmd/v1/issuers${path}`, key: keys.admin, json })
  const denied = { status: 403, body: { error: { code: 'permission_denied', param: 'scopes' } } }
  const grants = [{ value: 'staff', scope: 'llm-all' }]
  expect(await asAdmin('POST', '', { ...added, default_scopes: ['llm-all'] })).toMatchObject(denied)
  expect(await asAdmin('POST', '', { ...added, grants })).toMatchObject(denied)
  expect(await asAdmin('POST', '', { ...added, default_scopes: ['admin'] })).toMatchObject({ status: 201 })
  expect(await asAdmin('PATCH', '/login', { grants })).toMatchObject(denied)
  expect(await admin(fake, 'PATCH', '/login', { grants })).toMatchObject({ status: 200 })
  expect(await asAdmin('PATCH', '/login', { jwks_url: 'https://mine.example/keys' })).toMatchObject(denied)
  expect(await asAdmin('PATCH', '/login', { grants: [] })).toMatchObject({ status: 200 })
})

it('refuses to make another issuer of one', async () => {
  const fake = fakeApp()
  await admin(fake, 'POST', '', added)
  expect(await admin(fake, 'PATCH', '/login', { issuer: 'https://other.example' })).toMatchObject({
    status: 400,
    body: { error: { param: 'issuer' } },
  })
})
