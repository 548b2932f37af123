import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChatRequest } from '../../../src/chat/request.ts'
import type { ToolDefinition } from '../../../src/chat/tool.ts'
import { demoModelPath, startRealEngine, type RealEngine } from './real-engine.ts'

let engine: RealEngine

beforeAll(async () => {
  engine = await startRealEngine(demoModelPath, { slots: 4, context: 1024 })
})

afterAll(() => engine[Symbol.asyncDispose]())

const object = (properties: Record<string, unknown>, rest: object = {}) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...rest,
})
const word = { type: 'string', maxLength: 12 }

const schemas: Record<string, Record<string, unknown>> = {
  person: object({ name: word, age: { type: 'integer', minimum: 0, maximum: 150 } }),
  choice: object({ mood: { enum: ['happy', 'sad', null, 3] } }),
  list: object({ items: { type: 'array', items: word, minItems: 2, maxItems: 4 } }),
  nested: object({ a: object({ b: object({ c: { type: 'boolean' } }) }) }),
  alternatives: object({ value: { anyOf: [{ type: 'integer' }, { type: 'null' }, object({ name: word })] } }),
  reference: {
    ...object({ left: { $ref: '#/$defs/point' }, right: { $ref: '#/$defs/point' } }),
    $defs: { point: object({ x: { type: 'integer' }, y: { type: 'integer' } }) },
  },
  pattern: object({ code: { type: 'string', pattern: '^[A-Z]{2}-[0-9]{3}$' } }),
  bounds: object({
    ratio: { type: 'number', minimum: 0, maximum: 1 },
    port: { type: 'integer', minimum: 1024 },
  }),
  constant: object({ version: { const: 2 }, kind: { const: 'é"\\' } }),
  optional: { ...object({ id: { type: 'integer' }, note: word }), required: ['id'] },
}

describe('an answer held to a schema', () => {
  const ajv = new Ajv2020({ strict: false })

  test.each(Object.entries(schemas))('matches it: %s', async (_name, schema) => {
    const matches = ajv.compile(schema)
    const ask = (rest: object) =>
      engine.chat('Extract name and age as JSON: Bob is 42 years old', {
        responseFormat: { type: 'json_schema', schema },
        maxTokens: 400,
        ...rest,
      })
    const answers = await Promise.all([
      ask({}),
      ask({ choices: 3, sampling: { temperature: 1, topP: 1, seed: 11 } }),
    ])
    for (const { text, reason, calls } of answers.flatMap(({ choices }) => choices)) {
      expect({ text, reason, matches: matches(JSON.parse(text)) }).toEqual({
        text,
        reason: 'stop',
        matches: true,
      })
      expect(calls).toEqual([])
    }
  })

  test('is cut off where its tokens end, and says so', async () => {
    const schema = object({ name: { type: 'string', minLength: 200 } })
    const { reason, text } = await engine.chat('hello', {
      responseFormat: { type: 'json_schema', schema },
      maxTokens: 20,
    })
    expect(reason).toBe('length')
    expect(text).toMatch(/^\{"name": ?"/)
  })

  test('is some JSON object where no more was asked for', async () => {
    const { text } = await engine.chat('Extract name and age as JSON: Bob is 42 years old', {
      responseFormat: { type: 'json_object' },
    })
    expect(JSON.parse(text)).toEqual({ name: 'Bob', age: 42 })
  })

  test('that cannot be held to is refused before it begins', async () => {
    const schema = { type: 'object', patternProperties: { a: {} } }
    const refused = engine.chat('hello', { responseFormat: { type: 'json_schema', schema } })
    await expect(refused).rejects.toMatchObject({ code: 'unsupported_schema' })
  })
})

const weather: ToolDefinition = {
  name: 'get_weather',
  description: 'Get the current weather for a city',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string', description: 'City name', maxLength: 20 } },
    required: ['city'],
  },
}
const multiply: ToolDefinition = {
  name: 'multiply',
  description: 'Multiply two numbers',
  parameters: {
    type: 'object',
    properties: { a: { type: 'integer', maximum: 999 }, b: { type: 'integer', maximum: 999 } },
    required: ['a', 'b'],
  },
}
const paris = { name: 'get_weather', arguments: '{"city": "Paris"}', complete: true }

const cities = ({ calls }: { calls: { arguments: string }[] }): string[] =>
  calls.map((call) => JSON.parse(call.arguments).city)

describe('tool calls', () => {
  const tools = [weather]

  test('auto: a call where the question asks for one, text where it does not', async () => {
    const call = await engine.chat('What is the weather in Paris?', { tools })
    expect(call).toMatchObject({ calls: [paris], text: '', reason: 'tool-calls' })
    const text = await engine.chat('Hello', { tools })
    expect(text).toMatchObject({ calls: [], reason: 'stop' })
    expect(text.text).toMatch(/^Hello/)
  })

  test('none: no call, and the model is not told of the tools', async () => {
    const without = await engine.chat('What is the weather in Paris?')
    const none = await engine.chat('What is the weather in Paris?', { tools, toolChoice: { type: 'none' } })
    expect(none.calls).toEqual([])
    expect(none.text).toBe(without.text)
    expect(none.usage.promptTokens).toBe(without.usage.promptTokens)
  })

  test.each(['Hello', 'What is the weather in Paris?'])(
    'required: a call, whatever is said: %s',
    async (content) => {
      const { calls, text, reason } = await engine.chat(content, { tools, toolChoice: { type: 'required' } })
      expect(text).toBe('')
      expect(reason).toBe('tool-calls')
      expect(calls.length).toBeGreaterThan(0)
      for (const call of calls) {
        expect(call).toMatchObject({ name: 'get_weather', complete: true })
        expect(JSON.parse(call.arguments)).toEqual({ city: expect.any(String) })
      }
    },
  )

  test('allowed: the model is told of these tools alone', async () => {
    const both = [weather, multiply]
    const question = 'What is the weather in Paris?'
    const named = await engine.chat(question, {
      tools: both,
      toolChoice: { type: 'allowed', mode: 'required', names: ['multiply'] },
      parallelToolCalls: false,
    })
    expect(named.calls).toMatchObject([{ name: 'multiply', complete: true }])
    expect(JSON.parse(named.calls[0]?.arguments ?? '')).toEqual({
      a: expect.any(Number),
      b: expect.any(Number),
    })

    const free = await engine.chat(question, {
      tools: both,
      toolChoice: { type: 'allowed', mode: 'auto', names: ['get_weather'] },
    })
    expect(free.calls).toEqual([paris])
    expect(free.usage.promptTokens).toBe((await engine.chat(question, { tools })).usage.promptTokens)
  })

  test.each([{ type: 'auto' }, { type: 'required' }] as const)(
    'several calls in one answer, unless one alone is wanted: %j',
    async (toolChoice) => {
      const ask = (parallelToolCalls: boolean) =>
        engine.chat('What is the weather in Oslo and Lima?', { tools, toolChoice, parallelToolCalls })
      expect(cities(await ask(true))).toEqual(['Oslo', 'Lima'])
      const single = await ask(false)
      expect(cities(single)).toEqual(['Oslo'])
      expect(single.reason).toBe('tool-calls')
    },
  )

  test("goes on from a tool's result", async () => {
    const call = { id: 'call_1', name: 'get_weather', arguments: '{"city":"Paris"}' }
    const { text, calls, usage } = await engine.chat('', {
      tools,
      messages: [
        { role: 'user', content: 'What is the weather in Paris?' },
        { role: 'assistant', content: '', toolCalls: [call] },
        { role: 'tool', toolCallId: 'call_1', content: '{"temperature":18,"condition":"sunny"}' },
      ],
    })
    expect(calls).toEqual([])
    expect(text).toMatch(/18.*sunny.*Paris/)
    expect(usage.cachedTokens).toBeGreaterThan(100)
  })

  test('each choice has its own calls', async () => {
    const { choices } = await engine.chat('What is the weather in Paris?', { tools, choices: 3 })
    expect(choices.map(({ calls }) => calls)).toEqual([[paris], [paris], [paris]])
  })
})

describe('a strict tool that need not be called', () => {
  const strict = { ...weather, strict: true }
  const question = 'What is the weather in Paris?'

  test('is called, or not, as it would be', async () => {
    for (const content of [question, 'Hello', 'What is the weather in Oslo and Lima?']) {
      const free = await engine.chat(content, { tools: [weather] })
      const held = await engine.chat(content, { tools: [strict] })
      expect(held).toEqual({
        ...free,
        usage: expect.objectContaining({ ...free.usage, cachedTokens: expect.any(Number) }),
      })
    }
  })

  test('gets arguments that match, however unlikely the model finds them', async () => {
    const parameters = object({
      town: { enum: ['Rome', 'Lima'] },
      days: { type: 'integer', minimum: 2, maximum: 9 },
    })
    const matches = new Ajv2020({ strict: false }).compile(parameters)
    const tools = [{ ...strict, parameters }]
    const answers = await Promise.all([
      engine.chat(question, { tools }),
      engine.chat(question, { tools, choices: 3, sampling: { temperature: 1, topP: 1, seed: 5 } }),
    ])
    const calls = answers.flatMap(({ choices }) => choices.flatMap((choice) => choice.calls))
    expect(calls.length).toBeGreaterThan(0)
    for (const call of calls)
      expect({ call, matches: matches(JSON.parse(call.arguments)) }).toEqual({ call, matches: true })
    const unheld = await engine.chat(question, { tools: [{ ...weather, parameters }] })
    expect(unheld.calls.some((call) => !matches(JSON.parse(call.arguments)))).toBe(true)
  })
})

describe('tools beside a schema for the answer', () => {
  const schema = object({ name: word, age: { type: 'integer' } })
  const asked: Partial<ChatRequest> = { tools: [weather], responseFormat: { type: 'json_schema', schema } }

  test('a call or JSON, as the question asks', async () => {
    const call = await engine.chat('What is the weather in Paris?', asked)
    expect(call).toMatchObject({ calls: [paris], text: '', reason: 'tool-calls' })
    const content = await engine.chat('Extract name and age as JSON: Bob is 42 years old', asked)
    expect(content).toMatchObject({ calls: [], reason: 'stop' })
    expect(JSON.parse(content.text)).toEqual({ name: expect.any(String), age: expect.any(Number) })
  })

  test('only one of them, where the choice leaves no other', async () => {
    const question = 'What is the weather in Paris?'
    const none = await engine.chat(question, { ...asked, toolChoice: { type: 'none' } })
    expect(none.calls).toEqual([])
    expect(JSON.parse(none.text)).toEqual({ name: expect.any(String), age: expect.any(Number) })
    const required = await engine.chat('Hello', { ...asked, toolChoice: { type: 'required' } })
    expect(required.text).toBe('')
    expect(required.calls.length).toBeGreaterThan(0)
  })
})
