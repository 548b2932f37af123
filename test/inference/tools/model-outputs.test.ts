import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ToolDefinition } from '../../../src/chat/tool.ts'
import { hermes } from '../../../src/inference/tools/hermes.ts'
import { demoModelPath, never, startRealEngine, type RealEngine } from '../engine/real-engine.ts'
import { decode } from './decode.ts'
import { readAnswer } from './read-answer.ts'

/** What a model really writes: the built-in one, of the hermes family, which spells some letters byte by byte. */
let engine: RealEngine
beforeAll(async () => {
  engine = await startRealEngine(demoModelPath, { slots: 2, context: 1024 })
})
afterAll(() => engine[Symbol.asyncDispose]())

const tools: ToolDefinition[] = [
  {
    name: 'get_weather',
    description: 'Get the current weather for a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string', description: 'City name' } },
      required: ['city'],
    },
  },
  {
    name: 'multiply',
    description: 'Multiply two numbers',
    parameters: {
      type: 'object',
      properties: { a: { type: 'integer' }, b: { type: 'integer' } },
      required: ['a', 'b'],
    },
  },
]

/** The whole output, tags and all: of the same prompt as the chat's, but without anything that reads it. */
async function rawOutput(content: string): Promise<string> {
  const request = {
    messages: [{ role: 'user' as const, content }],
    tools,
    toolChoice: { type: 'auto' as const },
    parallelToolCalls: true,
    responseFormat: { type: 'text' as const },
    stop: [],
    choices: 1,
    sampling: { temperature: 0, topP: 1 },
  }
  const prompt = await engine.asks.ask('render', request, never)
  return (await engine.complete(prompt, { maxTokens: 200 })).text
}

test.each<[question: string, ...calls: [name: string, args: Record<string, unknown>][]]>([
  ['What is the weather in Paris?', ['get_weather', { city: 'Paris' }]],
  [
    'What is the weather in Oslo and Lima?',
    ['get_weather', { city: 'Oslo' }],
    ['get_weather', { city: 'Lima' }],
  ],
  ['What is the weather in Zürich?', ['get_weather', { city: 'Zürich' }]],
  ['What is 12 times 7?', ['multiply', { a: 12, b: 7 }]],
  ['Hello'],
])('%s', async (question, ...calls) => {
  const raw = await rawOutput(question)
  const parser = () => hermes.createParser({ tools })
  const whole = readAnswer(parser(), [raw])
  expect(whole.calls.map((call) => [call.name, JSON.parse(call.arguments)])).toEqual(calls)
  expect(whole.text === '').toBe(calls.length > 0)

  const bytes = Buffer.from(raw)
  for (let index = 0; index <= bytes.length; index++) {
    const pieces = decode([bytes.subarray(0, index), bytes.subarray(index)])
    expect(readAnswer(parser(), pieces), `split at byte ${index}`).toEqual(whole)
  }
  const single = decode(Array.from(bytes, (byte) => Uint8Array.of(byte)))
  expect(readAnswer(parser(), single)).toEqual(whole)

  const chat = await engine.chat(question, { tools })
  expect(chat.text).toBe(whole.text)
  expect(chat.calls.map((call) => [call.name, call.arguments])).toEqual(
    whole.calls.map((call) => [call.name, call.arguments]),
  )
})
