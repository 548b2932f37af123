import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { daemonEventSchema, type DaemonEvent } from '../../src/api/events.ts'
import { createdTokenSchema } from '../../src/api/tokens.ts'
import { parseAddress } from '../../src/client/address.ts'
import { createClient, type Client } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'
import { openInProcess } from '../../src/client/in-process-transport.ts'
import { resolvePaths } from '../../src/config/paths.ts'
import { openDaemon } from '../../src/daemon.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openFakeDaemon } from './fake-daemon.ts'

const version = '0.0.0'

/** A daemon, or its app in this process, with a client that may manage it. */
async function open(kind: 'tcp' | 'socket' | 'in-process'): Promise<AsyncDisposable & { client: Client }> {
  const home = temporaryFolder()
  const paths = resolvePaths({ LLMD_HOME: home })
  const env = { ...process.env, LLMD_MODELS_WARM_SPARE: 'false' }
  if (kind === 'in-process') {
    const opened = await openInProcess({ paths, env, version })
    return {
      client: createClient(opened.transport),
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    }
  }
  const overrides = { server: { port: 0 } }
  const daemon = await openDaemon({ paths, env, kind: 'daemon', overrides, version, writeLog: () => {} })
  const [socket = '', tcp = ''] = await daemon.listen({ socket: join(home, 'llmd.sock') })
  const made = await daemon.fetch(
    new Request('http://localhost/llmd/v1/tokens', {
      method: 'POST',
      headers: { host: 'localhost', 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'ops', scopes: ['admin'] }),
    }),
  )
  const { key } = createdTokenSchema.parse(await made.json())
  const address = parseAddress(kind === 'tcp' ? tcp : socket)
  return {
    client: createClient(createHttpTransport({ address, ...(kind === 'tcp' && { token: key }) })),
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  }
}

describe.each(['tcp', 'socket', 'in-process'] as const)('events over %s', (kind) => {
  it('tell of a load from its start to its end', async () => {
    await using opened = await open(kind)
    const { client } = opened
    const events: DaemonEvent[] = []
    let loading: Promise<unknown> | undefined
    for await (const event of client.events({ types: ['model.loading', 'model.loaded'] })) {
      events.push(daemonEventSchema.parse(event))
      if (event.type === 'opened') loading = client.loadModel('llmd-demo')
      if (event.type === 'model.loaded') break
    }
    await loading
    expect(events.map(({ type }) => type)).toEqual([
      'opened',
      ...events.slice(1, -1).map(() => 'model.loading'),
      'model.loaded',
    ])
    expect(events[1]).toMatchObject({ name: 'llmd-demo', progress: 0 })
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index))
  })

  it('end when their signal is aborted, with the reason of that', async () => {
    await using opened = await open(kind)
    const controller = new AbortController()
    const reason = new Error('enough')
    const consume = async () => {
      for await (const _ of opened.client.events({ signal: controller.signal })) controller.abort(reason)
    }
    await expect(consume()).rejects.toBe(reason)
  })

  it('end with the daemon, and do not keep it', async () => {
    const opened = await open(kind)
    const types: string[] = []
    let ending: PromiseLike<void> | undefined
    onTestFinished(async () => {
      await (ending ?? opened[Symbol.asyncDispose]())
    })
    for await (const { type } of opened.client.events()) {
      types.push(type)
      ending = opened[Symbol.asyncDispose]()
    }
    await ending
    expect(types).toEqual(['opened'])
  })
})

it('throw the error that the stream ends with', async () => {
  const error = { message: 'Revoked.', type: 'x', param: null, code: 'invalid_api_key', hint: null }
  await using daemon = await openFakeDaemon({
    answer: (_, response) => response.end(`:\n\ndata: ${JSON.stringify({ error })}\n\n`),
  })
  const client = createClient(createHttpTransport({ address: parseAddress(daemon.address) }))
  await expect(Array.fromAsync(client.events())).rejects.toMatchObject({ code: 'invalid_api_key' })
  const narrowed = client.events({ types: ['model.failed', 'model.loaded'] })
  await expect(Array.fromAsync(narrowed)).rejects.toMatchObject({ code: 'invalid_api_key' })
  expect(daemon.requests.map(({ url }) => url)).toEqual([
    '/llmd/v1/events',
    '/llmd/v1/events?types=model.failed,model.loaded',
  ])
})
