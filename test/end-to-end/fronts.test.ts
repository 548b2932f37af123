import { once } from 'node:events'
import { request as startRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createClient } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'
import { parseAddress } from '../../src/client/address.ts'
import { createdApiKeySchema } from '../../src/api/api-keys.ts'
import { newSigningKey, signJwt, startFakeIssuer } from '../fixtures/fake-issuer.ts'
import { openFakeProvider } from '../fixtures/fake-provider.ts'
import { createLlmd, kill, readUntil } from './llmd.ts'

const patience = { timeout: 10_000, interval: 20 }

/** Connections go to processes by chance: of so many, each process has one but for one time in a billion. */
const manyConnections = 32

const path = '/v1/chat/completions'
const chat = (model: string, fields: object = {}) =>
  JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }], max_tokens: 3, ...fields })

/** A daemon of two processes, and a provider with streams that hold still. */
async function serve({ fronts = 2 } = {}) {
  const llmd = createLlmd()
  const child = llmd.spawn(['serve', '--port', '0'], { env: { LLMD_SERVER_FRONTS: String(fronts) } })
  let log = ''
  child.stderr.on('data', (chunk) => (log += String(chunk)))
  const greeting = await readUntil(child, '"content"')
  const url = /http:\/\/[\d.]+:\d+/.exec(greeting)?.[0] ?? ''
  const key = /sk-llmd-v1-[\w-]+/.exec(greeting)?.[0] ?? ''
  const address = parseAddress(`unix://${join(llmd.home, 'run/llmd.sock')}`)
  const admin = createClient(createHttpTransport({ address }))

  const provider = await openFakeProvider({ models: ['chat-small'] })
  const held: ServerResponse[] = []
  provider.answers.chat = ({ body }, response) => {
    if (JSON.parse(body).stream === true) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(frame('one'))
      held.push(response)
    } else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completion))
  }
  const addProvider = (name: string) =>
    admin.addProvider({
      name,
      base_url: provider.baseUrl,
      models: ['chat-small'],
      prefix: `${name}/`,
      allow_private: true,
      verify: false,
    })

  /** On a connection of its own. */
  const ask = (
    fields: { body?: string; path?: string; headers?: Record<string, string>; key?: string } = {},
  ) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const { body = chat('lab/chat-small'), headers = {} } = fields
      const outgoing = startRequest(`${url}${fields.path ?? path}`, {
        method: fields.path === undefined ? 'POST' : 'GET',
        agent: false,
        headers: { authorization: `Bearer ${fields.key ?? key}`, ...headers },
      })
      onTestFinished(() => void outgoing.destroy())
      outgoing.once('response', resolve).once('error', reject)
      outgoing.end(fields.path === undefined ? body : undefined)
    })
  const askMany = async (fields: Parameters<typeof ask>[0] = {}) => {
    const answers = await Promise.all(Array.from({ length: manyConnections }, () => ask(fields)))
    return Promise.all(
      answers.map(async (answer) => ({ status: answer.statusCode, text: await text(answer) })),
    )
  }
  const statuses = async (fields: Parameters<typeof ask>[0] = {}) => [
    ...new Set((await askMany(fields)).map(({ status }) => status)),
  ]
  /** Streams that both processes are in the middle of; what comes of each. */
  const openStreams = async () => {
    const before = (await admin.status()).requests.active
    const body = chat('lab/chat-small', { stream: true })
    const answers = await Promise.all(Array.from({ length: manyConnections }, () => ask({ body })))
    const streams = answers.map((answer) => text(answer).catch(() => 'cut off'))
    await vi.waitFor(async () => {
      const { requests, fronts: others } = await admin.status()
      expect(requests.active).toBe(before + manyConnections)
      expect(others[0]?.active).toBeGreaterThan(0)
      expect(others[0]?.active).toBeLessThan(requests.active)
    }, patience)
    return streams
  }
  return {
    llmd,
    child,
    url,
    key,
    admin,
    provider,
    held,
    addProvider,
    ask,
    askMany,
    statuses,
    openStreams,
    log: () => log,
  }
}

const said = (answer: string | undefined) => JSON.parse(answer ?? '').choices[0].message.content

const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
}

const frame = (content: string) =>
  `data: ${JSON.stringify({ id: 'a', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`

const finish = (held: ServerResponse[]) => {
  for (const response of held) response.end('data: [DONE]\n\n')
}

// Ports are shared on Linux; elsewhere the daemon serves alone and says so.
describe.skipIf(process.platform !== 'linux')('two processes', () => {
  it('answer, and what they used is counted as one', { timeout: 60_000 }, async () => {
    const { llmd, admin, addProvider, askMany, log } = await serve()
    await addProvider('lab')
    const answers = await askMany()
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    await vi.waitFor(async () => {
      const { totals } = await admin.usage()
      expect(totals).toMatchObject({
        requests: manyConnections,
        prompt_tokens: 5 * manyConnections,
        completion_tokens: 2 * manyConnections,
      })
    }, patience)
    const { pid, requests, fronts } = await admin.status()
    expect(requests).toMatchObject({ active: 0, served: manyConnections })
    expect(fronts).toMatchObject([{ pid: expect.any(Number), active: 0 }])
    expect(fronts[0]?.pid).not.toBe(pid)
    expect(fronts[0]?.served).toBeGreaterThan(0)
    expect(fronts[0]?.served).toBeLessThan(manyConnections)
    expect((await llmd.run(['status'])).stdout).toMatch(/^Fronts +1 beside the daemon$/m)
    const lines = log().match(/"message":"request".*"path":"\/v1\/chat\/completions"/g)
    expect(lines).toHaveLength(manyConnections)
  })

  it('answer for local models and all else alike', { timeout: 60_000 }, async () => {
    const { admin, addProvider, askMany, statuses, provider } = await serve()
    await addProvider('lab')
    const [local, ...others] = await askMany({ body: chat('llmd-demo', { temperature: 0 }) })
    expect(local?.status).toBe(200)
    for (const other of others) expect(said(other.text)).toBe(said(local?.text))
    await admin.addModel({ name: 'mixed', targets: [{ model: 'lab/chat-small' }, { model: 'llmd-demo' }] })
    expect(await statuses({ body: chat('mixed') })).toEqual([200])
    expect(provider.seen).toHaveLength(manyConnections)
    expect(await statuses({ path: '/v1/models' })).toEqual([200])
    expect(await statuses({ path: '/openapi.json' })).toEqual([200])
    expect(await statuses({ body: chat('nobody') })).toEqual([404])
    expect(await statuses({ body: '{' })).toEqual([400])
  })

  it('hold tokens, providers and names to be what they are, at once', { timeout: 60_000 }, async () => {
    const { admin, addProvider, statuses } = await serve({ fronts: 3 })
    await addProvider('lab')
    for (let time = 0; time < 3; time++) {
      const { id, key } = await admin.createToken({ name: 'short', scopes: ['llm-all'], expires_at: null })
      expect(await statuses({ key })).toEqual([200])
      await admin.revokeToken(id)
      // Wrong keys are too many after a while.
      for (const status of await statuses({ key })) expect([401, 429]).toContain(status)
    }
    const { key: other } = await admin.createToken({ name: 'other', scopes: ['admin'], expires_at: null })
    expect(await statuses({ key: other })).toEqual([403])

    const body = chat('alias')
    expect(await statuses({ body })).toEqual([404])
    await admin.addModel({ name: 'alias', source: 'lab/chat-small' })
    expect(await statuses({ body })).toEqual([200])
    await admin.removeModel('alias')
    expect(await statuses({ body })).toEqual([404])

    await addProvider('attic')
    expect(await statuses({ body: chat('attic/chat-small') })).toEqual([200])
    await admin.removeProvider('attic')
    expect(await statuses({ body: chat('attic/chat-small') })).toEqual([404])
  })

  it('let users of an issuer in, and the keys that they make', { timeout: 60_000 }, async () => {
    const { admin, addProvider, statuses, provider, url, log } = await serve()
    await addProvider('lab')
    const signing = await newSigningKey('one')
    const issuer = await startFakeIssuer([signing])
    const jwt = await signJwt(signing, { iss: issuer.url })
    for (const status of await statuses({ key: jwt })) expect([401, 429]).toContain(status)
    await admin.addIssuer({
      name: 'login',
      issuer: issuer.url,
      audience: ['llmd'],
      default_scopes: ['llm-all'],
    })
    expect(await statuses({ key: jwt })).toEqual([200])
    expect(provider.seen).toHaveLength(manyConnections)
    expect(issuer.asked).toHaveLength(2)
    const created = await fetch(`${url}/v1/api-keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${jwt}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Local Development' }),
    })
    const { key } = createdApiKeySchema.parse(await created.json())
    expect(await statuses({ key })).toEqual([200])
    await admin.removeIssuer('login')
    for (const gone of [key, jwt]) {
      for (const status of await statuses({ key: gone })) expect([401, 429]).toContain(status)
    }
    await vi.waitFor(async () => {
      const { data } = await admin.usage({ by: 'token' })
      expect(new Set(data.map(({ name }) => name))).toEqual(
        new Set(['jwt:login:alice', 'jwt:login:alice/Local Development']),
      )
    }, patience)
    expect(await admin.usage({ token: 'jwt:login:alice' })).toMatchObject({
      totals: { requests: manyConnections },
    })
    for (const secret of [key, ...jwt.split('.')]) expect(log()).not.toContain(secret)
  })

  it('trust nobody who came over TCP, whatever the headers say', { timeout: 60_000 }, async () => {
    const { ask } = await serve()
    const claims = {
      authorization: '',
      'x-llmd-client-address': '127.0.0.1',
      'x-forwarded-for': '127.0.0.1',
      'x-llmd-via': 'socket',
    }
    const refused = (fields: Parameters<typeof ask>[0]) =>
      Promise.all(Array.from({ length: manyConnections }, async () => (await ask(fields)).statusCode))
    const status = '/llmd/v1/status'
    for (const code of await refused({ path: status, headers: claims })) expect([401, 429]).toContain(code)
    for (const code of await refused({ path: status, headers: { host: 'evil.example' } }))
      expect(code).toBe(403)
    for (const code of await refused({ headers: { host: 'evil.example' } })) expect(code).toBe(403)
  })

  it('list, cancel and end what either answers', { timeout: 60_000 }, async () => {
    const { child, admin, addProvider, ask, openStreams, held, statuses } = await serve()
    await addProvider('lab')
    const streams = await openStreams()
    const open = await admin.listRequests()
    expect(open).toHaveLength(manyConnections)
    expect(new Set(open.map(({ model }) => model))).toEqual(new Set(['lab/chat-small']))
    for (const { id } of open.slice(1)) await admin.cancelRequest(id)
    await vi.waitFor(async () => expect((await admin.status()).requests.active).toBe(1), patience)
    expect(await admin.getRequest(open[1]?.id ?? '')).toMatchObject({ code: 'request_cancelled' })

    const more = await openStreams()
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    await vi.waitFor(async () => expect((await ask({ path: '/ready' })).statusCode).toBe(503), patience)
    expect(await statuses()).toEqual([503])
    expect(await statuses({ path: '/ready' })).toEqual([503])
    finish(held)
    expect(await exit).toEqual([0, null])
    const ends = await Promise.all([...streams, ...more])
    expect(ends.filter((end) => end.includes('request_cancelled'))).toHaveLength(manyConnections - 1)
    expect(ends.filter((end) => end.includes('[DONE]'))).toHaveLength(ends.length - manyConnections + 1)
  })

  it('lose nothing of what was used when they end', { timeout: 60_000 }, async () => {
    const { llmd, child, addProvider, askMany } = await serve()
    await addProvider('lab')
    await askMany()
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    const { stdout } = await llmd.run(['usage', '--json'])
    expect(JSON.parse(stdout).totals).toMatchObject({ requests: manyConnections })
  })

  it('go on when one of them is killed, which is replaced', { timeout: 60_000 }, async () => {
    const { admin, addProvider, openStreams, held, statuses, log } = await serve()
    await addProvider('lab')
    const streams = await openStreams()
    const { fronts, requests } = await admin.status()
    const [front] = fronts
    kill(front?.pid ?? 0)
    await vi.waitFor(async () => {
      const after = await admin.status()
      expect(after.fronts).toMatchObject([{ active: 0, served: 0 }])
      expect(after.fronts[0]?.pid).not.toBe(front?.pid)
      expect(after.requests.active).toBe(requests.active - (front?.active ?? 0))
    }, patience)
    finish(held)
    const ends = await Promise.all(streams)
    expect(ends.filter((end) => end.includes('[DONE]'))).toHaveLength(manyConnections - (front?.active ?? 0))
    await vi.waitFor(async () => {
      const { totals } = await admin.usage()
      expect(totals).toMatchObject({ requests: manyConnections, errors: front?.active })
    }, patience)
    expect(log()).toContain('a front ended and is replaced')
    await vi.waitFor(async () => {
      await statuses()
      expect((await admin.status()).fronts[0]?.served).toBeGreaterThan(0)
    }, patience)
  })
})
