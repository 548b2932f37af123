import { afterEach, describe, expect, it, vi } from 'vitest'
import { LlmdError } from '../../src/errors.ts'
import { startToolServer } from '../fixtures/mcp/start-tool-server.ts'
import { fakeMcp } from './fake-mcp.ts'
import { fakeApp, keys } from './fake-services.ts'
import {
  ask,
  calling,
  canary,
  connect,
  hangAndLeave,
  patience,
  refusalOf,
  startGateway,
  use,
  type Gateway,
} from './mcp-gateway.ts'

let gateway: Gateway | undefined
afterEach(() => {
  const { mcp, logged = [], told = [] } = gateway ?? {}
  // Nothing that anybody could read has the key or the variable of a server.
  if (JSON.stringify([mcp?.list(), logged, told]).includes(canary)) throw new Error('a secret was told')
})

async function start(): Promise<Gateway> {
  gateway = await startGateway()
  return gateway
}

const lastEvent = (text: string) =>
  JSON.parse(
    text
      .match(/^data: .*$/gm)
      ?.at(-1)
      ?.slice('data: '.length) ?? '',
  )

describe.each(['remote', 'local'])('an MCP server: %s', (name) => {
  it('serves clients of the SDK, each session with a memory of its own and for its own token alone', async () => {
    const running = await start()
    const { client, transport, session } = await connect(running, name)
    const { tools } = await client.listTools()
    expect(tools.map((tool) => tool.name)).toContain('count')
    const heard: number[] = []
    const params = { name: 'count', arguments: { to: 3 } }
    const result = await client.callTool(params, { onprogress: ({ progress }) => void heard.push(progress) })
    expect(result.content).toEqual([{ type: 'text', text: 'counted to 3' }])
    expect(heard).toEqual([1, 2, 3])
    expect(await use(client, 'ask')).toBe('file:///work')

    const other = await connect(running, name)
    expect(await use(client, 'remember')).toBe('1')
    expect(await use(client, 'remember')).toBe('2')
    expect(await use(other.client, 'remember')).toBe('1')
    for (const method of ['POST', 'GET', 'DELETE']) {
      const message = method === 'POST' ? { message: calling('remember') } : {}
      const refused = await ask(running, name, { method, key: keys.all, session, ...message })
      expect([refused.status, (await refusalOf(refused)).error.data.code]).toEqual([
        404,
        'mcp_session_not_found',
      ])
    }
    expect(await use(client, 'remember')).toBe('3')
    await transport.terminateSession()
    expect((await ask(running, name, { session, message: calling('remember') })).status).toBe(404)
    expect(await use(other.client, 'remember')).toBe('2')
    expect(running.told.filter(({ path, status }) => path === `/mcp/${name}` && status === 200)).not.toEqual(
      [],
    )
    expect(running.used).toEqual([])

    // Who only listens is not waited for.
    const reason = new LlmdError('shutting_down', 'It ends.')
    await running.requests.drain({ graceMs: 60_000, reason })
    expect(running.requests.active).toBe(0)
  })

  it('is told when nobody wants an answer any more, be it the client or the operator', async () => {
    const running = await start()
    const { client, session } = await connect(running, name)
    const aborting = new AbortController()
    const answer = client.callTool({ name: 'hang' }, { signal: aborting.signal })
    await vi.waitFor(() => expect(running.tells('hanging')).toBe(1), patience)
    aborting.abort('enough')
    await expect(answer).rejects.toThrow('enough')
    await vi.waitFor(() => expect(running.tells('aborted')).toBe(1), patience)

    const cancelled = await ask(running, name, { session, message: calling('hang') })
    const open = running.requests.list().at(-1)
    expect(open).toMatchObject({ path: `/mcp/${name}`, model: null })
    running.requests.cancel(open?.id ?? '')
    expect(lastEvent(await cancelled.text())).toMatchObject({
      id: 7,
      error: { code: -32_000, data: { code: 'request_cancelled' } },
    })
    await vi.waitFor(() => {
      expect(running.told).toContainEqual(expect.objectContaining({ status: 200, code: 'request_cancelled' }))
    }, patience)
    expect(await use(client, 'remember')).toBe('1')
  })
})

it('clients that know the revision without sessions use it where a server does, and begin one elsewhere', async () => {
  const running = await start()
  const { url } = await startToolServer({ sessions: false })
  await running.mcp.add({ name: 'stateless', url })
  const modern = await connect(running, 'stateless', { mode: 'auto' })
  expect(modern.client.getProtocolEra()).toBe('modern')
  expect(await use(modern.client, 'remember')).toBe('1')
  expect(await use(modern.client, 'remember')).toBe('1')
  const local = await connect(running, 'local', { mode: 'auto' })
  expect(local.client.getProtocolEra()).toBe('legacy')
  expect(await use(local.client, 'count', { to: 2 })).toBe('counted to 2')
  expect(await running.mcp.test('stateless', new AbortController().signal)).toMatchObject({
    ok: true,
    server: { name: 'toolbox' },
    protocol: modern.client.getNegotiatedProtocolVersion(),
  })
})

describe('requests', () => {
  it('go upstream with the key of llmd, and nothing of the client but what belongs to MCP', async () => {
    const running = await start()
    const { client, session } = await connect(running, 'remote')
    await use(client, 'remember')
    const last = running.upstream.seen.at(-1)
    expect(last).toMatchObject({
      authorization: `Bearer ${canary}`,
      'mcp-session-id': session,
      'mcp-protocol-version': expect.stringMatching(/^20/),
      'accept-encoding': 'identity',
      'user-agent': 'llmd',
    })
    expect(JSON.stringify(running.upstream.seen)).not.toContain(keys.llm)
    expect(Object.keys(last ?? {}).toSorted()).toEqual([
      'accept',
      'accept-encoding',
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'host',
      'mcp-protocol-version',
      'mcp-session-id',
      'user-agent',
    ])
  })

  it('are given up upstream when the client leaves', async () => {
    const running = await start()
    for (const name of ['remote', 'local']) {
      const { session } = await connect(running, name)
      await hangAndLeave(running, name, session)
      await vi.waitFor(() => {
        expect(running.told.some(({ path, status }) => path === `/mcp/${name}` && status === 499)).toBe(true)
      }, patience)
    }
    // Over HTTP the connection is closed, and what that means is the server's to decide.
    await vi.waitFor(() => expect(running.tells('aborted')).toBe(1), patience)
  })

  it('are refused in the words of MCP', async () => {
    const running = await start()
    const refused = [
      ['local', { key: '' }, 401, 'invalid_api_key'],
      ['local', { key: keys.admin }, 403, 'permission_denied'],
      ['local', { message: { hello: 1 } }, 400, 'invalid_request'],
      ['local', { message: calling('remember') }, 400, 'invalid_request'],
      ['local', { message: { x: 'x'.repeat(200_000) } }, 413, 'request_too_large'],
      ['local', { method: 'PUT' }, 405, 'method_not_allowed'],
      ['absent', { message: calling('remember') }, 404, 'mcp_server_not_found'],
    ] as const
    for (const [name, asked, status, code] of refused) {
      const answer = await ask(running, name, asked)
      expect(answer.status).toBe(status)
      expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { data: { code } } })
    }
    expect((await ask(running, 'remote', { method: 'HEAD' })).status).toBe(405)
    expect(running.mcp.list().map(({ sessions }) => sessions)).toEqual([0, 0])
  })
})

describe('a server that fails', () => {
  it('by not being there, or not accepting the key', async () => {
    const running = await start()
    await running.mcp.add({ name: 'stranger', url: running.upstream.url, key: `${canary}-wrong` })
    const stranger = await ask(running, 'stranger', { message: calling('remember') })
    expect(stranger.status).toBe(502)
    expect((await refusalOf(stranger)).error.data.code).toBe('upstream_credentials')
    running.upstream.stop()
    const absent = await ask(running, 'remote', { message: calling('remember') })
    expect(absent.status).toBe(502)
    const text = await absent.text()
    expect(text).toContain('upstream_unreachable')
    expect(text).not.toContain(canary)
  })

  it('with an answer that cannot be passed on, which leaves nothing open', async () => {
    const body = (async function* () {
      yield Buffer.from('{}')
    })()
    const answer = { status: 999, headers: {}, body, lastWords: () => undefined }
    const { app, requests } = fakeApp({ mcp: { ...fakeMcp(), exchange: async () => answer } })
    const headers = { authorization: `Bearer ${keys.llm}`, 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(calling('remember')) }
    const { status } = await app.fetch(new Request('http://llmd/mcp/odd', init), { via: 'in-process' })
    expect([status, requests.active]).toEqual([500, 0])
  })

  it('in the middle of an answer', async () => {
    const running = await start()
    const { session } = await connect(running, 'remote')
    const answer = await ask(running, 'remote', { session, message: calling('hang') })
    running.upstream.stop()
    await expect(answer.text()).rejects.toThrow('terminated')
    await vi.waitFor(() => {
      expect(running.told.find(({ code }) => code === 'upstream_error')).toMatchObject({ status: 200 })
    }, patience)
  })

  it('by ending, which ends its session', async () => {
    const running = await start()
    const { client, session } = await connect(running, 'local')
    const pid = Number(await use(client, 'whisper'))
    const answer = await ask(running, 'local', { session, message: calling('hang') })
    process.kill(pid, 'SIGKILL')
    expect(lastEvent(await answer.text())).toMatchObject({
      id: 7,
      error: { data: { code: 'upstream_error' }, message: expect.stringContaining('ended by SIGKILL') },
    })
    expect((await ask(running, 'local', { session, message: calling('remember') })).status).toBe(404)
    expect(await use((await connect(running, 'local')).client, 'remember')).toBe('1')
    expect(running.logged).toContainEqual(
      expect.objectContaining({ level: 'debug', mcp_server: 'local', text: 'the token is [secret]' }),
    )
  })
})
