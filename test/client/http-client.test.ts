import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/client/address.ts'
import type { ChatCompletionRequest } from '../../src/client/chat.ts'
import { createClient } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { json, openFakeDaemon } from './fake-daemon.ts'

const clientOf = (address: string, token?: string) =>
  createClient(createHttpTransport({ address: parseAddress(address), ...(token !== undefined && { token }) }))

const question: ChatCompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] }

const refusal = {
  error: {
    message: 'No such model.',
    type: 'invalid_request_error',
    param: 'model',
    code: 'model_not_found',
    hint: 'Look.',
  },
}

describe.each(['tcp', 'socket'] as const)('the client over %s', (kind) => {
  const open = (answer: Parameters<typeof openFakeDaemon>[0]['answer']) =>
    openFakeDaemon({ answer, ...(kind === 'socket' && { socket: join(temporaryFolder(), 'llmd.sock') }) })

  it('sends what it is asked and gives back the answer', async () => {
    await using daemon = await open(json({ name: 'a/b' }, 201))
    const client = clientOf(daemon.address, 'sk-1')
    expect(await client.addModel({ name: 'a/b', source: '/ü.gguf' })).toEqual({ name: 'a/b' })
    await client.unloadModel('a/b')
    await client.revokeToken('my laptop')
    expect(daemon.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /llmd/v1/models',
      'POST /llmd/v1/models/a%2Fb/unload',
      'DELETE /llmd/v1/tokens/my%20laptop',
    ])
    const [first] = daemon.requests
    expect(JSON.parse(first?.body ?? '')).toEqual({ name: 'a/b', source: '/ü.gguf' })
    expect(first?.headers).toMatchObject({ authorization: 'Bearer sk-1', 'content-type': 'application/json' })
  })

  it('throws the error the daemon answers with', async () => {
    await using daemon = await open(json(refusal, 404))
    await expect(clientOf(daemon.address).getModel('m')).rejects.toMatchObject({
      name: 'LlmdError',
      code: 'model_not_found',
      message: 'No such model.',
      hint: 'Look.',
      param: 'model',
    })
  })

  it('takes nothing from an envelope but text', async () => {
    const error = { message: { a: 1 }, hint: [1], param: 7, code: 'model_exists' }
    await using daemon = await open(json({ error }, 409))
    await expect(clientOf(daemon.address).getModel('m')).rejects.toMatchObject({
      code: 'model_exists',
      message: 'The daemon answered with HTTP 409.',
      hint: undefined,
      param: undefined,
    })
  })

  it('names the request that an internal error can be found by', async () => {
    const error = { ...refusal.error, code: 'internal_error' }
    await using daemon = await open(json({ error }, 500, { 'x-request-id': 'req-7' }))
    await expect(clientOf(daemon.address).status()).rejects.toThrow('(request req-7)')
  })

  it('takes an answer that is not in the envelope for that of somebody else', async () => {
    await using daemon = await open((_, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'))
    await expect(clientOf(daemon.address).status()).rejects.toMatchObject({ code: 'daemon_unreachable' })
    await using page = await open((_, response) => response.end('<h1>Welcome</h1>'))
    await expect(clientOf(page.address).status()).rejects.toMatchObject({ code: 'daemon_unreachable' })
  })

  it('streams an answer', async () => {
    await using daemon = await open((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const delta of [{ reasoning_content: 'Hm.' }, { reasoning: 'So.' }, { content: 'Hello' }]) {
        response.write(`data: ${JSON.stringify({ choices: [{ delta }] })}\n\n`)
      }
      response.write('data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":null}\n\n')
      response.end('data: {"choices":[],"usage":{"total_tokens":3}}\n\ndata: [DONE]\n\n')
    })
    const pieces = await Array.fromAsync(
      clientOf(daemon.address).chat(question, new AbortController().signal),
    )
    expect(pieces).toEqual([
      { content: '', reasoning: 'Hm.', finishReason: null, usage: null },
      { content: '', reasoning: 'So.', finishReason: null, usage: null },
      { content: 'Hello', reasoning: '', finishReason: null, usage: null },
      { content: '', reasoning: '', finishReason: 'stop', usage: null },
      { content: '', reasoning: '', finishReason: null, usage: { total_tokens: 3 } },
    ])
    expect(JSON.parse(daemon.requests[0]?.body ?? '')).toMatchObject({
      model: 'm',
      stream: true,
      stream_options: { include_usage: true },
    })
  })

  it.each([
    ['is refused', json(refusal, 404), 'model_not_found'],
    ['fails on the way', streaming(`data: ${JSON.stringify(refusal)}\n\n`), 'model_not_found'],
    ['ends before its end mark', streaming('data: {"choices":[]}\n\n'), 'daemon_unreachable'],
  ] as const)('throws when an answer %s', async (_, answer, code) => {
    await using daemon = await open(answer)
    const pieces = clientOf(daemon.address).chat(question, new AbortController().signal)
    await expect(Array.fromAsync(pieces)).rejects.toMatchObject({ code })
  })

  it('throws when the daemon dies in the middle of an answer', async () => {
    await using daemon = await open((_, response) => {
      response.write('data: {"choices":[]}\n\n', () => response.destroy())
    })
    const pieces = clientOf(daemon.address).chat(question, new AbortController().signal)
    await expect(Array.fromAsync(pieces)).rejects.toMatchObject({ code: 'daemon_unreachable' })
  })

  it('ends an answer when its signal is aborted, with the reason of that, and hangs up', async () => {
    const hungUp = Promise.withResolvers<void>()
    await using daemon = await open((_, response) => {
      response.write('data: {"choices":[]}\n\n')
      response.once('close', () => hungUp.resolve())
    })
    const controller = new AbortController()
    const reason = new Error('enough')
    const consume = async () => {
      for await (const _ of clientOf(daemon.address).chat(question, controller.signal))
        controller.abort(reason)
    }
    await expect(consume()).rejects.toBe(reason)
    await hungUp.promise
  })
})

function streaming(text: string): Parameters<typeof openFakeDaemon>[0]['answer'] {
  return (_, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text)
}

describe('where no daemon is', () => {
  it('says so, and how to start one', async () => {
    const socket = join(temporaryFolder(), 'llmd.sock')
    await expect(clientOf(`unix://${socket}`).status()).rejects.toMatchObject({
      code: 'daemon_unreachable',
      message: expect.stringContaining(socket),
      hint: expect.stringContaining('llmd start'),
    })
    const { address } = await closedDaemon()
    await expect(clientOf(address).status()).rejects.toMatchObject({ code: 'daemon_unreachable' })
  })
})

async function closedDaemon(): Promise<{ address: string }> {
  await using daemon = await openFakeDaemon({ answer: json({}) })
  return { address: daemon.address }
}
