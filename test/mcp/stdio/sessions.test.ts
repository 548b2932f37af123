import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, test, vi } from 'vitest'
import { answering, initialize, isAlive, messagesOf, openGateway, request } from './open-gateway.ts'

const patience = { timeout: 10_000, interval: 10 }

test('a server has sixteen sessions, and room for another when one has ended', async () => {
  const { gateway, begin, send, end } = openGateway(answering())
  const sessions = await Promise.all(Array.from({ length: 16 }, (_, index) => begin(`client ${index}`)))
  expect(new Set(sessions.map(({ pid }) => pid)).size).toBe(16)
  await expect(send(initialize)).rejects.toMatchObject({
    code: 'overloaded',
    message: 'tools has 16 sessions already, which is the most.',
  })
  expect(gateway.sessions).toBe(16)
  await expect(end(sessions[0]!.session)).rejects.toMatchObject({ code: 'mcp_session_not_found' })
  await end(sessions[1]!.session, 'client 1')
  expect(gateway.sessions).toBe(15)
  await begin()
  await gateway[Symbol.asyncDispose]()
  expect(sessions.filter(({ pid }) => isAlive(pid))).toEqual([])
})

test('a session that nobody uses ends, but not while someone listens', async () => {
  const { gateway, begin, listen, send } = openGateway(answering(), { timing: { idle: 60, heartbeat: 20 } })
  const { session, pid } = await begin()
  const answer = await listen(session)
  const reading = messagesOf(answer)
  const other = await begin()
  await vi.waitFor(() => expect(isAlive(other.pid)).toBe(false), patience)
  expect(gateway.sessions).toBe(1)
  expect(isAlive(pid)).toBe(true)
  // Who listens anew takes the place of who listened before.
  const anew = await listen(session)
  expect(await reading).toEqual([])
  await anew.body?.[Symbol.asyncIterator]().return?.()
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), patience)
  await expect(send(request('x'), { session })).rejects.toMatchObject({ code: 'mcp_session_not_found' })
})

test('a program gets a few harmless variables and its own, and its stderr is logged without what is secret', async () => {
  const script = answering(`*'"environment"'*)
    echo "the key is $TOOLS_KEY" >&2
    echo "{\\"jsonrpc\\":\\"2.0\\",\\"id\\":2,\\"result\\":\\"$(env | cut -d= -f1 | tr '\\n' ' ')$PWD\\"}" ;;`)
  const { begin, send, logged } = openGateway(script, { variables: { TOOLS_KEY: 'canary-0123' } })
  const { session } = await begin()
  const [message] = await messagesOf(await send(request('environment'), { session }))
  const names = String(Object(message)['result']).split(' ')
  expect(names).toContain('TOOLS_KEY')
  expect(names.at(-1)).toBe('/')
  const allowed = /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.+|TZ|TMPDIR|TOOLS_KEY|PWD|OLDPWD|SHLVL|_|\/)$/
  expect(names.filter((name) => !allowed.test(name))).toEqual([])
  await vi.waitFor(() => {
    expect(logged).toContainEqual(expect.objectContaining({ level: 'debug', text: 'the key is [secret]' }))
  }, patience)
  expect(JSON.stringify(logged)).not.toContain('canary')
})

test('no more of stderr is logged than anybody reads', async () => {
  const { begin, texts } = openGateway(`yes "$(printf '%01000d' 0)" | head -n 500 >&2; ${answering()}`)
  await begin()
  await vi.waitFor(() => expect(texts()).toHaveLength(200), patience)
  expect(Math.max(...texts().map(({ length }) => length))).toBe(500)
})

describe('a program that cannot begin', () => {
  it.each([
    ['is not there', { command: ['/nowhere/at-all'] }, 'upstream_unreachable', /cannot be started: ENOENT/],
    ['ends', { command: ['sh', '-c', 'exit 3'] }, 'upstream_error', /The program of tools ended with 3/],
    ['says nothing', { command: ['cat', '/dev/zero'] }, 'upstream_error', /16 MB without an end of line/],
    [
      'is given more than programs take',
      { command: ['true'], variables: { TOOLS_KEY: 'x'.repeat(200_000) } },
      'upstream_unreachable',
      /cannot be started: E2BIG/,
    ],
    [
      'takes too long',
      { command: ['sh', '-c', "trap '' TERM; sleep 60"], timing: { initialize: 50 } },
      'upstream_timeout',
      /said nothing about a request within 0.05 s/,
    ],
  ])('%s', async (_what, options, code, message) => {
    const { gateway, send } = openGateway('', options)
    await expect(send(initialize)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    expect(gateway.sessions).toBe(0)
  })

  it('for want of descriptors, does not take the daemon along', async () => {
    const parent = join(import.meta.dirname, '../../fixtures/processes/exhausted-server-parent.ts')
    const child = spawn('sh', ['-c', 'ulimit -n 64; exec "$@"', 'sh', process.execPath, parent])
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
    expect({ code, said }).toEqual({ code: 0, said: '["upstream_unreachable","started"]' })
  })

  it('refuses the client, in its own words', async () => {
    const { gateway, send } = openGateway(
      'read -r line; echo \'{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}\'; read -r line',
    )
    const answer = await send(initialize)
    expect(answer.headers).not.toHaveProperty('mcp-session-id')
    expect(await messagesOf(answer)).toEqual([
      { jsonrpc: '2.0', id: 1, error: { code: -32_602, message: 'no' } },
    ])
    expect(gateway.sessions).toBe(0)
  })

  it('is not waited for by a client that leaves', async () => {
    const { send } = openGateway('sleep 60')
    const leaving = new AbortController()
    const answer = send(initialize, { signal: leaving.signal })
    leaving.abort(new Error('The client left.'))
    await expect(answer).rejects.toThrow('The client left.')
  })
})

test('whatever a program has started ends with it', async () => {
  const { begin, end } = openGateway(`sleep 60 & child=$!; ${answering().replace('$$', '$child')}`)
  const { session, pid } = await begin()
  expect(isAlive(pid)).toBe(true)
  await end(session)
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), patience)
})
