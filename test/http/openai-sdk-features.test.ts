import { OpenAI } from 'openai'
import { afterEach, describe, expect, it } from 'vitest'
import type { Backend } from '../../src/chat/backend.ts'
import type { ChatEvent } from '../../src/chat/event.ts'
import type { ChatRequest } from '../../src/chat/request.ts'
import { type Listener, listenTcp } from '../../src/http/listen.ts'
import { answering, fakeApp, fakeBackend, keys, speaking, textDelta, usage } from './fake-services.ts'

let listeners: Listener[] = []
afterEach(async () => {
  await Promise.all(listeners.map((listener) => listener.close()))
  listeners = []
})

async function connect(backend: Backend) {
  const listener = await listenTcp({ app: fakeApp({ backend }).app, host: '127.0.0.1', port: 0 })
  listeners.push(listener)
  return new OpenAI({ baseURL: `${listener.url}/v1`, apiKey: keys.llm, maxRetries: 0 })
}

const model = 'test/model'
const chat = { model, messages: [{ role: 'user' as const, content: 'hi' }] }
const stop = (choice = 0): ChatEvent => ({ choice, type: 'choice-finish', reason: 'stop' })

function* callEvents(names: string[]): Generator<ChatEvent> {
  for (const [index, name] of names.entries()) {
    yield { choice: 0, type: 'tool-call-start', index, id: `call_${index}`, name }
    yield { choice: 0, type: 'tool-call-delta', index, arguments: '{"city":' }
    yield { choice: 0, type: 'tool-call-delta', index, arguments: ` "Rome"}` }
    yield { choice: 0, type: 'tool-call-end', index }
  }
  yield { choice: 0, type: 'choice-finish', reason: 'tool-calls' }
  yield { type: 'finish', usage }
}

/** Makes these calls, and once it has their results says what they were. */
function calling(names: string[]) {
  const seen: ChatRequest[] = []
  const backend = fakeBackend({
    async *stream(request, signal) {
      seen.push(request)
      const results = request.messages.filter(({ role }) => role === 'tool').map(({ content }) => content)
      if (results.length === 0) yield* callEvents(names)
      else yield* speaking(results.join(', ')).stream(request, signal)
    },
  })
  return { backend, seen }
}

const parameters = { type: 'object', properties: { city: { type: 'string' } } }

function runnable(name: string, answer: string) {
  return {
    type: 'function' as const,
    function: {
      name,
      description: `Tells the ${name}.`,
      parameters,
      parse: JSON.parse,
      function: ({ city }: { city: string }) => `${answer} in ${city}`,
    },
  }
}

const tools = [runnable('weather', 'sun'), runnable('time', 'noon')]

describe('runTools', () => {
  it.each([
    [['weather'], 'sun in Rome'],
    [['weather', 'time'], 'sun in Rome, noon in Rome'],
  ])('runs the calls of %j, whole', async (names, said) => {
    const { backend, seen } = calling(names)
    const runner = (await connect(backend)).chat.completions.runTools({ ...chat, tools })
    expect(await runner.finalContent()).toBe(said)
    const calls = names.map((name, index) => ({ id: `call_${index}`, name, arguments: '{"city": "Rome"}' }))
    expect(seen).toHaveLength(2)
    expect(seen[0]?.tools).toContainEqual({ name: 'weather', description: 'Tells the weather.', parameters })
    expect(seen[1]?.messages.slice(0, 3)).toEqual([
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: '', toolCalls: calls },
      { role: 'tool', toolCallId: 'call_0', content: 'sun in Rome' },
    ])
  })

  it.each([
    [['weather'], 'sun in Rome'],
    [['weather', 'time'], 'sun in Rome, noon in Rome'],
  ])('runs the calls of %j, streamed', async (names, said) => {
    const { backend } = calling(names)
    const runner = (await connect(backend)).chat.completions.runTools({ ...chat, tools, stream: true })
    const called: string[] = []
    runner.on('functionToolCall', (call) => called.push(call.name))
    expect(await runner.finalContent()).toBe(said)
    expect(called).toEqual(names)
  })
})

describe('chat.completions', () => {
  const probable: ChatEvent[] = ['Hel', 'lo'].map((token) => {
    const likely = { token, bytes: [...Buffer.from(token)], logprob: -0.25 }
    return { choice: 0, type: 'text-delta', text: token, logprobs: [{ ...likely, top: [likely] }] }
  })

  it('streams log-probabilities', async () => {
    const client = await connect(answering(...probable, stop(), { type: 'finish', usage }))
    const stream = client.chat.completions.stream({ ...chat, logprobs: true, top_logprobs: 1 })
    const { choices } = await stream.finalChatCompletion()
    expect(choices[0]?.logprobs?.content).toMatchObject([
      { token: 'Hel', logprob: -0.25, top_logprobs: [{ token: 'Hel', bytes: [72, 101, 108] }] },
      { token: 'lo' },
    ])
  })

  it('streams thoughts apart from the answer', async () => {
    const thought: ChatEvent = { choice: 0, type: 'reasoning-delta', text: 'Hm.' }
    const client = await connect(answering(thought, textDelta('Yes'), stop(), { type: 'finish', usage }))
    const deltas: unknown[] = []
    for await (const { choices } of await client.chat.completions.create({ ...chat, stream: true })) {
      deltas.push(choices[0]?.delta)
    }
    expect(deltas).toEqual([
      { role: 'assistant', content: '' },
      { reasoning_content: 'Hm.' },
      { content: 'Yes' },
      {},
    ])
  })

  it('gives two answers, whole and streamed', async () => {
    const second: ChatEvent = { choice: 1, type: 'text-delta', text: 'Ho' }
    const events = [second, textDelta('Hi'), stop(1), stop(0)]
    const client = await connect(answering(...events, { type: 'finish', usage }))
    const whole = await client.chat.completions.create({ ...chat, n: 2 })
    const streamed = await client.chat.completions.stream({ ...chat, n: 2 }).finalChatCompletion()
    for (const { choices } of [whole, streamed]) {
      expect(choices.map(({ message }) => message.content)).toEqual(['Hi', 'Ho'])
    }
  })

  it('hands a response format on, and its answer is parsed', async () => {
    let seen: ChatRequest | undefined
    const voice = speaking('{"a":', ' 1}')
    const backend = fakeBackend({
      stream(request, signal) {
        seen = request
        return voice.stream(request, signal)
      },
    })
    const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] }
    const client = await connect(backend)
    const { choices } = await client.chat.completions.parse({
      ...chat,
      response_format: { type: 'json_schema', json_schema: { name: 'numbers', strict: true, schema } },
    })
    expect(choices[0]?.message.parsed).toEqual({ a: 1 })
    expect(seen?.responseFormat).toEqual({ type: 'json_schema', schema })
  })
})

describe('completions', () => {
  const backend = fakeBackend({
    async *complete({ prompt }) {
      yield { choice: 0, type: 'text-delta', text: `${String(prompt)} upon` }
      yield { choice: 0, type: 'text-delta', text: ' a time' }
      yield stop()
      yield { type: 'finish', usage }
    },
  })
  const asked = { model, prompt: 'Once' }

  it('come whole', async () => {
    const answer = await (await connect(backend)).completions.create(asked)
    expect(answer.choices).toMatchObject([{ text: 'Once upon a time', finish_reason: 'stop' }])
    expect(answer.usage).toMatchObject({ total_tokens: 7 })
  })

  it('come as a stream', async () => {
    const stream = await (await connect(backend)).completions.create({ ...asked, stream: true })
    const texts: (string | undefined)[] = []
    for await (const { choices } of stream) texts.push(choices[0]?.text)
    expect(texts).toEqual(['Once upon', ' a time', ''])
  })
})

describe('embeddings', () => {
  const vectors = [
    [0.5, -0.25],
    [1, 0],
  ]
  const backend = fakeBackend({ embed: async () => ({ vectors, promptTokens: 4 }) })

  // The SDK asks for base64 unless told otherwise.
  it.each([{}, { encoding_format: 'float' as const }])('come as numbers with %j', async (options) => {
    const client = await connect(backend)
    const { data, usage: counted } = await client.embeddings.create({ model, input: ['a', 'b'], ...options })
    expect(data.map(({ embedding }) => Array.from(embedding))).toEqual(vectors)
    expect(counted).toEqual({ prompt_tokens: 4, total_tokens: 4 })
  })

  it('are refused by a model that makes none', async () => {
    const client = await connect(speaking('Hello'))
    await expect(client.embeddings.create({ model, input: 'a' })).rejects.toMatchObject({
      status: 400,
      code: 'unsupported_by_model',
    })
  })
})
