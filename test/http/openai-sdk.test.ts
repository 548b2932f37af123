import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  APIError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  OpenAI,
  PermissionDeniedError,
} from 'openai'
import { Agent, fetch as undiciFetch } from 'undici'
import { afterEach, describe, expect, it } from 'vitest'
import type { Backend } from '../../src/chat/backend.ts'
import { LlmdError } from '../../src/errors.ts'
import { listenSocket, listenTcp } from '../../src/http/listen.ts'
import { failing, fakeApp, keys } from './fake-services.ts'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

const chat = { model: 'test/model', messages: [{ role: 'user' as const, content: 'hi' }] }

async function overTcp({ backend, apiKey = keys.llm }: { backend?: Backend; apiKey?: string } = {}) {
  const { app } = fakeApp(backend && { backend })
  const listener = await listenTcp({ app, host: '127.0.0.1', port: 0 })
  cleanups.push(() => listener.close())
  return new OpenAI({ baseURL: `${listener.url}/v1`, apiKey, maxRetries: 0 })
}

async function overSocket() {
  const folder = await mkdtemp(join(tmpdir(), 'llmd-sdk-'))
  cleanups.push(() => rm(folder, { recursive: true }))
  const path = join(folder, 'llmd.sock')
  const listener = await listenSocket({ app: fakeApp().app, path })
  cleanups.push(() => listener.close())
  const dispatcher = new Agent({ connect: { socketPath: path } })
  cleanups.push(() => dispatcher.close())
  return new OpenAI({
    baseURL: 'http://llmd/v1',
    apiKey: keys.llm,
    maxRetries: 0,
    // The same function, in the types of another undici.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    fetch: undiciFetch as unknown as typeof fetch,
    fetchOptions: { dispatcher },
  })
}

describe.each([
  ['TCP', overTcp],
  ['the socket', overSocket],
])('the OpenAI SDK over %s', (_name, connect) => {
  it('gets a whole answer', async () => {
    const client = await connect()
    const { data: answer, request_id: requestId } = await client.chat.completions.create(chat).withResponse()
    expect(answer.choices[0]?.message).toEqual({ role: 'assistant', content: 'Hello there', refusal: null })
    expect(answer.usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 })
    expect(requestId).toMatch(/^req_/)
  })

  it('streams', async () => {
    const client = await connect()
    const stream = client.chat.completions.stream({ ...chat, stream_options: { include_usage: true } })
    const deltas: string[] = []
    stream.on('content', (delta) => deltas.push(delta))
    const answer = await stream.finalChatCompletion()
    expect(deltas.filter(Boolean)).toEqual(['Hello', ' there'])
    expect(answer.choices[0]).toMatchObject({ message: { content: 'Hello there' }, finish_reason: 'stop' })
    expect(answer.usage).toMatchObject({ total_tokens: 7 })
  })

  it('lists and finds models', async () => {
    const client = await connect()
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['test/model'])
    expect(await client.models.retrieve('test/model')).toMatchObject({ id: 'test/model', owned_by: 'llmd' })
  })
})

describe('the errors of the OpenAI SDK', () => {
  it('AuthenticationError for a wrong key', async () => {
    const client = await overTcp({ apiKey: 'wrong' })
    const failure = await client.models.list().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(AuthenticationError)
    expect(failure).toMatchObject({ status: 401, code: 'invalid_api_key' })
  })

  it('NotFoundError for another model', async () => {
    const client = await overTcp()
    const failure = await client.chat.completions
      .create({ ...chat, model: 'other' })
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(NotFoundError)
    expect(failure).toMatchObject({
      code: 'model_not_found',
      param: 'model',
      requestID: expect.stringMatching(/^req_/),
    })
  })

  it('BadRequestError for a value out of range', async () => {
    const client = await overTcp()
    const failure = await client.chat.completions
      .create({ ...chat, temperature: 3 })
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(BadRequestError)
    expect(failure).toMatchObject({ code: 'invalid_request', param: 'temperature' })
  })

  it('PermissionDeniedError for a token without the scope', async () => {
    const client = await overTcp({ apiKey: keys.admin })
    const failure = await client.models.list().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(PermissionDeniedError)
  })

  it('InternalServerError, before a stream, with the status', async () => {
    const client = await overTcp({ backend: failing(new LlmdError('overloaded', 'Too busy.')) })
    const failure = await client.chat.completions
      .create({ ...chat, stream: true })
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ status: 503, code: 'overloaded' })
  })

  it('APIError in the middle of a stream', async () => {
    const broken = failing(new LlmdError('engine_failed', 'It broke.'), { words: ['Hel'] })
    const client = await overTcp({ backend: broken })
    const stream = await client.chat.completions.create({ ...chat, stream: true })
    const words: string[] = []
    const reading = (async () => {
      for await (const chunk of stream) words.push(chunk.choices[0]?.delta.content ?? '')
    })()
    await expect(reading).rejects.toBeInstanceOf(APIError)
    expect(words.join('')).toBe('Hel')
  })
})
