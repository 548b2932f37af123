import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { listenTcp } from '../../src/http/listen.ts'
import { newSigningKey, signJwt } from '../fixtures/fake-issuer.ts'
import { readServerSentEvents } from '../../src/client/server-sent-events.ts'
import { call, overTcp } from './call.ts'
import { openWithIssuer } from './open-with-issuer.ts'
import { dial } from './raw-request.ts'

const patience = { timeout: 10_000, interval: 20 }
const json = { model: 'test/model', messages: [{ role: 'user', content: 'hi' }] }

describe('a JWT in place of a token', () => {
  it('opens what its scopes open, in either header', async () => {
    const { fake, jwtOf } = await openWithIssuer()
    const key = await jwtOf('alice')
    const chat = { method: 'POST', path: '/v1/chat/completions', json }
    expect(await call(fake, { ...chat, key })).toMatchObject({ status: 200 })
    expect(await call(fake, { ...chat, headers: { 'x-api-key': key } })).toMatchObject({ status: 200 })
    expect(await call(fake, { path: '/v1/models', key })).toMatchObject({ status: 200 })
    expect(await call(fake, { path: '/llmd/v1/tokens', key })).toMatchObject({ status: 403 })
    const boss = await jwtOf('bob', 'llm boss')
    expect(await call(fake, { path: '/llmd/v1/tokens', key: boss })).toMatchObject({ status: 200 })
    const nobody = await jwtOf('carol', 'profile')
    expect(await call(fake, { path: '/v1/models', key: nobody })).toMatchObject({
      status: 403,
      body: { error: { code: 'permission_denied' } },
    })
  })

  it('names its user in the log, the ledger and the story, and shows itself nowhere', async () => {
    const { fake, jwtOf } = await openWithIssuer()
    const key = await jwtOf('alice')
    const late = await jwtOf('alice', 'llm', { exp: 1 })
    await call(fake, { method: 'POST', path: '/v1/chat/completions', json, key })
    const bodies = [
      await call(fake, { path: '/v1/models', key: late }),
      await call(fake, { path: `/v1/models/${key}`, key }),
      await call(fake, { path: `/v1/${key}`, key }),
    ]
    expect(bodies.map(({ status }) => status)).toEqual([401, 404, 404])
    const user = 'jwt:login:alice'
    expect(fake.used).toMatchObject([{ token: user }])
    expect(fake.told[0]).toMatchObject({ token: user, token_name: user })
    expect(fake.logged).toContainEqual(expect.objectContaining({ path: '/v1/chat/completions', token: user }))
    const written = JSON.stringify([fake.logged, fake.told, fake.used, bodies[0]])
    for (const part of [key, late].flatMap((jwt) => jwt.split('.'))) expect(written).not.toContain(part)
  })

  it('says why it is not accepted, and counts as a wrong key', async () => {
    const { fake, jwtOf, issuer } = await openWithIssuer()
    const key = await jwtOf('alice', 'llm', { exp: 1 })
    expect((await call(fake, { path: '/v1/models', key })).body.error).toMatchObject({
      code: 'invalid_api_key',
      message: expect.stringMatching(/^The JWT has expired/),
    })
    const foreign = await signJwt(await newSigningKey('one'), { iss: issuer.url })
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => call(fake, { path: '/v1/models', key: foreign })),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]))
    expect(await call(fake, { path: '/v1/models', key: await jwtOf('alice') })).toMatchObject({ status: 200 })
  })

  it('waits for nothing that is down, and is not to blame for it', async () => {
    const { fake, jwtOf, issuer } = await openWithIssuer()
    await issuer.stop()
    const key = await jwtOf('alice')
    for (let attempt = 0; attempt < 40; attempt += 1) {
      expect(await call(fake, { path: '/v1/models', key })).toMatchObject({
        status: 503,
        body: { error: { code: 'issuer_unreachable' } },
      })
    }
  })

  it('of a client that leaves meanwhile leaves nothing open', async () => {
    const { fake, jwtOf, issuer } = await openWithIssuer()
    const asked = Promise.withResolvers<() => void>()
    issuer.answer = (_, response) => asked.resolve(() => response.end('{}'))
    const listener = await listenTcp({ app: fake.app, host: '127.0.0.1', port: 0 })
    onTestFinished(() => listener.close())
    const socket = dial(listener.url)
    const head = [
      'POST /v1/chat/completions HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${await jwtOf('alice')}`,
      'Content-Length: 100',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n{`)
    const answer = await asked.promise
    socket.destroy()
    await vi.waitFor(() => expect(fake.requests.list()[0]?.clientLeft).toBe(true), patience)
    answer()
    await vi.waitFor(() => expect(fake.requests.active).toBe(0), patience)
  })

  it('is told no more once its issuer is not trusted any more', async () => {
    const { fake, jwtOf, issuers } = await openWithIssuer()
    const headers = { authorization: `Bearer ${await jwtOf('bob', 'boss')}` }
    const request = new Request('http://127.0.0.1:5563/llmd/v1/events', { headers })
    const { body } = await fake.app.fetch(request, overTcp)
    const events = readServerSentEvents(body!)
    expect(JSON.parse((await events.next()).value ?? '')).toMatchObject({ type: 'opened' })
    await issuers.remove('login')
    fake.services.events.publish({ type: 'model.loaded', name: 'a', ms: 7 })
    expect(JSON.parse((await events.next()).value ?? '')).toMatchObject({
      error: { code: 'invalid_api_key' },
    })
  })
})

it('answers who shows no key with the status that is set', async () => {
  const { fake } = await openWithIssuer({}, { missing: 400 })
  expect(await call(fake, { path: '/v1/models' })).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid_request' } },
  })
  expect(await call(fake, { path: '/v1/models', key: 'wrong' })).toMatchObject({ status: 401 })
})
