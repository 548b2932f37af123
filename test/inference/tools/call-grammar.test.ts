import { getLlama, LlamaGrammar, type Llama } from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ToolDefinition } from '../../../src/chat/tool.ts'
import { createGrammarBuilder } from '../../../src/inference/grammar/grammar-builder.ts'
import { deepseek, deepseekPlain } from '../../../src/inference/tools/deepseek.ts'
import { functionGemma, gemma4 } from '../../../src/inference/tools/gemma.ts'
import { generic } from '../../../src/inference/tools/generic.ts'
import { granite } from '../../../src/inference/tools/granite.ts'
import { harmony } from '../../../src/inference/tools/harmony.ts'
import { hermes } from '../../../src/inference/tools/hermes.ts'
import { llama3 } from '../../../src/inference/tools/llama3.ts'
import { mistralArray, mistralNamed, mistralNumbered } from '../../../src/inference/tools/mistral.ts'
import { reasoningRule, splitReasoning } from '../../../src/inference/tools/reasoning.ts'
import type { CallGrammarOptions, ToolFormat } from '../../../src/inference/tools/tool-format.ts'
import { readAnswer } from './read-answer.ts'

const tools: ToolDefinition[] = [
  {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: {
        unit: { enum: ['C', 'F'] },
        city: { type: 'string' },
        days: { type: 'integer' },
        near: { type: 'array', items: { type: 'string' } },
      },
      required: ['city'],
    },
  },
  { name: 'get_time' },
]

let llama: Llama
beforeAll(async () => {
  llama = await getLlama({ build: 'never', gpu: false, maxThreads: 1 })
})
afterAll(() => llama.dispose())

/** Whether llama.cpp lets a model write this text, and stop there. */
function allows(format: ToolFormat, text: string, options: Partial<CallGrammarOptions> = {}): boolean {
  const builder = options.builder ?? createGrammarBuilder()
  const grammar = format.callGrammar({ builder, tools, atLeast: 1, ...options })
  const compiled = new LlamaGrammar(llama, { grammar })
  // The package keeps this method to itself; nothing else asks llama.cpp without a model.
  const testText: unknown = Reflect.get(compiled, '_testText')
  if (typeof testText !== 'function') throw new Error('node-llama-cpp has no _testText any more')
  return Reflect.apply(testText, compiled, [text]) === true
}

/** Outputs of one and of two calls: Oslo's weather, and the time. */
const samples: [ToolFormat, one: string, two: string][] = [
  [
    hermes,
    '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Oslo"}}\n</tool_call>',
    '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Oslo"}}\n</tool_call>\n<tool_call>\n{"name": "get_time", "arguments": {}}\n</tool_call>',
  ],
  [
    llama3,
    '{"name": "get_weather", "parameters": {"city": "Oslo"}}',
    '{"name": "get_weather", "parameters": {"city": "Oslo"}}; {"name": "get_time", "parameters": {}}',
  ],
  [
    mistralArray,
    '[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Oslo"}}]',
    '[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Oslo"}}, {"name": "get_time", "arguments": {}}]',
  ],
  [
    mistralNamed,
    '[TOOL_CALLS]get_weather[ARGS]{"city": "Oslo"}',
    '[TOOL_CALLS]get_weather[ARGS]{"city": "Oslo"}[TOOL_CALLS]get_time[ARGS]{}',
  ],
  [
    mistralNumbered,
    '[TOOL_CALLS]get_weather[CALL_ID]a1B2c3D4e[ARGS]{"city": "Oslo"}',
    '[TOOL_CALLS]get_weather[CALL_ID]a1B2c3D4e[ARGS]{"city": "Oslo"}[TOOL_CALLS]get_time[CALL_ID]f5g6h7i8j[ARGS]{}',
  ],
  [
    deepseek,
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{"city": "Oslo"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{"city": "Oslo"}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>get_time\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  ],
  [
    deepseekPlain,
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city": "Oslo"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city": "Oslo"}<｜tool▁call▁end｜><｜tool▁call▁begin｜>get_time<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  ],
  [
    functionGemma,
    '<start_function_call>call:get_weather{city:<escape>Oslo<escape>}<end_function_call>',
    '<start_function_call>call:get_weather{city:<escape>Oslo<escape>}<end_function_call><start_function_call>call:get_time{}<end_function_call>',
  ],
  [
    gemma4,
    '<|tool_call>call:get_weather{city:<|"|>Oslo<|"|>}<tool_call|>',
    '<|tool_call>call:get_weather{city:<|"|>Oslo<|"|>}<tool_call|><|tool_call>call:get_time{}<tool_call|>',
  ],
  [
    granite,
    '<|tool_call|>[{"name": "get_weather", "arguments": {"city": "Oslo"}}]',
    '<|tool_call|>[{"name": "get_weather", "arguments": {"city": "Oslo"}}, {"name": "get_time", "arguments": {}}]',
  ],
  [
    generic,
    '[{"name": "get_weather", "arguments": {"city": "Oslo"}}]',
    '[{"name": "get_weather", "arguments": {"city": "Oslo"}}, {"name": "get_time", "arguments": {}}]',
  ],
]

describe.each(samples)('$name', (format, one, two) => {
  it('allows one call and several, which its parser reads', () => {
    expect(allows(format, one)).toBe(true)
    expect(allows(format, two)).toBe(true)
    const { text, calls } = readAnswer(format.createParser({ tools }), [two])
    expect(text).toBe('')
    expect(calls.map((call) => [call.name, JSON.parse(call.arguments), call.ended])).toEqual([
      ['get_weather', { city: 'Oslo' }, true],
      ['get_time', {}, true],
    ])
  })

  it('allows nothing else', () => {
    expect(allows(format, '')).toBe(false)
    expect(allows(format, 'Hello.')).toBe(false)
    expect(allows(format, `Well. ${one}`)).toBe(false)
    expect(allows(format, one.slice(0, -1))).toBe(false)
    expect(allows(format, one.replace('get_weather', 'launch'))).toBe(false)
  })

  it('holds to the number of calls', () => {
    expect(allows(format, two, { atMost: 1 })).toBe(false)
    expect(allows(format, two, { atMost: 2 })).toBe(true)
    expect(allows(format, one, { atLeast: 2 })).toBe(false)
    expect(allows(format, two, { atLeast: 2 })).toBe(true)
  })

  it('lets thinking come before', () => {
    const tags = { open: '<think>', close: '</think>' }
    for (const startsInReasoning of [true, false]) {
      const builder = createGrammarBuilder()
      const before = reasoningRule(builder, { tags, startsInReasoning })
      const output = `${startsInReasoning ? '' : '<think>\n'}Is 1 <</ 2, <b>?</think>\n\n${two}`
      expect(allows(format, output, { builder, before })).toBe(true)
      const parser = splitReasoning(format.createParser({ tools }), { tags, startsInReasoning })
      expect(readAnswer(parser, [output])).toMatchObject({ reasoning: 'Is 1 <</ 2, <b>?', text: '' })
    }
  })
})

describe('harmony', () => {
  const call = '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Oslo"}'

  it('allows one call, with or without thinking before it', () => {
    expect(allows(harmony, call)).toBe(true)
    expect(allows(harmony, `<|channel|>analysis<|message|>Is 1 <| 2?<|end|><|start|>assistant${call}`)).toBe(
      true,
    )
    expect(allows(harmony, '<|channel|>final<|message|>Hello.')).toBe(false)
    expect(allows(harmony, call.replace('get_weather', 'launch'))).toBe(false)
  })
})

function allowsWeather(args: string): boolean {
  return allows(functionGemma, `<start_function_call>call:get_weather${args}<end_function_call>`)
}

describe('the arguments of Gemma', () => {
  it('hold to required properties, types and enums', () => {
    expect(
      allowsWeather('{city:<escape>a "b" <x<escape>,days:3,near:[<escape>y<escape>],unit:<escape>C<escape>}'),
    ).toBe(true)
    expect(allowsWeather('{city:<escape><escape>,unit:<escape>F<escape>}')).toBe(true)
    expect(allowsWeather('{days:3}')).toBe(false)
    expect(allowsWeather('{}')).toBe(false)
    expect(allowsWeather('{city:<escape>Oslo<escape>,days:<escape>3<escape>}')).toBe(false)
    expect(allowsWeather('{city:<escape>Oslo<escape>,unit:<escape>K<escape>}')).toBe(false)
    expect(allowsWeather('{city:<escape>Oslo<escape>,other:1}')).toBe(false)
  })
})
