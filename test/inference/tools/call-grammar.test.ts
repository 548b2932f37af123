import { getLlama, LlamaGrammar, type Llama } from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ToolDefinition } from '../../../src/chat/tool.ts'
import { createGrammarBuilder } from '../../../src/inference/grammar/grammar-builder.ts'
import { deepseek, deepseekPlain } from '../../../src/inference/tools/deepseek.ts'
import { functionGemma, gemma4 } from '../../../src/inference/tools/gemma.ts'
import { generic } from '../../../src/inference/tools/generic.ts'
import { glm } from '../../../src/inference/tools/glm.ts'
import { granite } from '../../../src/inference/tools/granite.ts'
import { harmony } from '../../../src/inference/tools/harmony.ts'
import { hermes } from '../../../src/inference/tools/hermes.ts'
import { deepseekMarkup, deepseekMarkup4, minimax } from '../../../src/inference/tools/invoke.ts'
import { kimi } from '../../../src/inference/tools/kimi.ts'
import { lfm2 } from '../../../src/inference/tools/lfm2.ts'
import { llama3 } from '../../../src/inference/tools/llama3.ts'
import { mistralArray, mistralNamed, mistralNumbered } from '../../../src/inference/tools/mistral.ts'
import { qwenCoder, seed } from '../../../src/inference/tools/qwen-coder.ts'
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
    qwenCoder,
    '<tool_call>\n<function=get_weather>\n<parameter=city>\nOslo\n</parameter>\n</function>\n</tool_call>',
    '<tool_call>\n<function=get_weather>\n<parameter=city>\nOslo\n</parameter>\n</function>\n</tool_call>\n<tool_call>\n<function=get_time>\n</function>\n</tool_call>',
  ],
  [
    seed,
    '<seed:tool_call>\n<function=get_weather>\n<parameter=city>Oslo</parameter>\n</function>\n</seed:tool_call>',
    '<seed:tool_call>\n<function=get_weather>\n<parameter=city>Oslo</parameter>\n</function>\n</seed:tool_call>\n<seed:tool_call>\n<function=get_time>\n</function>\n</seed:tool_call>',
  ],
  [
    glm,
    '<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Oslo</arg_value>\n</tool_call>',
    '<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Oslo</arg_value>\n</tool_call>\n<tool_call>get_time\n</tool_call>',
  ],
  [
    minimax,
    '<minimax:tool_call>\n<invoke name="get_weather">\n<parameter name="city">Oslo</parameter>\n</invoke>\n</minimax:tool_call>',
    '<minimax:tool_call>\n<invoke name="get_weather">\n<parameter name="city">Oslo</parameter>\n</invoke>\n<invoke name="get_time">\n</invoke>\n</minimax:tool_call>',
  ],
  [
    deepseekMarkup,
    '<｜DSML｜function_calls>\n<｜DSML｜invoke name="get_weather">\n<｜DSML｜parameter name="city" string="true">Oslo</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>',
    '<｜DSML｜function_calls>\n<｜DSML｜invoke name="get_weather">\n<｜DSML｜parameter name="city" string="true">Oslo</｜DSML｜parameter>\n</｜DSML｜invoke>\n<｜DSML｜invoke name="get_time">\n</｜DSML｜invoke>\n</｜DSML｜function_calls>',
  ],
  [
    deepseekMarkup4,
    '<｜DSML｜tool_calls>\n<｜DSML｜invoke name="get_weather">\n<｜DSML｜parameter name="city" string="true">Oslo</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>',
    '<｜DSML｜tool_calls>\n<｜DSML｜invoke name="get_weather">\n<｜DSML｜parameter name="city" string="true">Oslo</｜DSML｜parameter>\n</｜DSML｜invoke>\n<｜DSML｜invoke name="get_time">\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>',
  ],
  [
    kimi,
    '<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{"city": "Oslo"}<|tool_call_end|><|tool_calls_section_end|>',
    '<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{"city": "Oslo"}<|tool_call_end|><|tool_call_begin|>functions.get_time:1<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>',
  ],
  [
    lfm2,
    '<|tool_call_start|>[get_weather(city="Oslo")]<|tool_call_end|>',
    '<|tool_call_start|>[get_weather(city="Oslo"), get_time()]<|tool_call_end|>',
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

/** Arguments of the GLM family, abbreviated to `key=value;`. */
function allowsArguments(written: string, options: Partial<CallGrammarOptions> = {}): boolean {
  const tagged = written.replaceAll(/(\w+)=([^;]*);/g, '<arg_key>$1</arg_key>\n<arg_value>$2</arg_value>\n')
  return allows(glm, `<tool_call>get_weather\n${tagged}</tool_call>`, options)
}

function allowsDays(written: string): boolean {
  const [city, days] = ['name="city" string="true">Oslo', `name="days" ${written}`].map(
    (parameter) => `<｜DSML｜parameter ${parameter}</｜DSML｜parameter>\n`,
  )
  return allows(
    deepseekMarkup,
    `<｜DSML｜function_calls>\n<｜DSML｜invoke name="get_weather">\n${city}${days}</｜DSML｜invoke>\n</｜DSML｜function_calls>`,
  )
}

function allowsWeatherIn(written: string): boolean {
  return allows(lfm2, `<|tool_call_start|>[get_weather(${written})]<|tool_call_end|>`)
}

describe('tagged arguments', () => {
  it('hold to required ones, types, enums and the order', () => {
    expect(allowsArguments('unit=C;city=a "b" </arg_ <x;days=3;near=["y", "z"];')).toBe(true)
    expect(allowsArguments('unit=F;city=;')).toBe(true)
    expect(allowsArguments('days=3;')).toBe(false)
    expect(allowsArguments('')).toBe(false)
    expect(allowsArguments('city=Oslo;days="3";')).toBe(false)
    expect(allowsArguments('unit=K;city=Oslo;')).toBe(false)
    expect(allowsArguments('city=Oslo;unit=C;')).toBe(false)
    expect(allowsArguments('city=Oslo;other=1;')).toBe(false)
  })

  it('that refer to parts of the schema', () => {
    const parameters = {
      type: 'object',
      properties: { city: { $ref: '#/$defs/name' }, at: { $ref: '#/$defs/place' } },
      $defs: { name: { type: 'string' }, place: { type: 'array', items: { type: 'integer' } } },
    }
    const options = { tools: [{ name: 'get_weather', parameters }] }
    expect(allowsArguments('city=Oslo;at=[59, 10];', options)).toBe(true)
    expect(allowsArguments('at="here";', options)).toBe(false)
  })

  it('that are required, but not declared, and texts that may be null', () => {
    const parameters = {
      type: 'object',
      properties: { city: { type: 'string', nullable: true } },
      required: ['at'],
    }
    const options = { tools: [{ name: 'get_weather', parameters }] }
    expect(allowsArguments('city=null;at=1;', options)).toBe(true)
    expect(allowsArguments('city="Oslo";at={"x": []};', options)).toBe(true)
    expect(allowsArguments('city=null;', options)).toBe(false)
  })

  it('say what they are where the family has it so', () => {
    expect(allowsDays('string="false">3')).toBe(true)
    expect(allowsDays('string="true">3')).toBe(false)
  })
})

describe('the arguments of LFM 2', () => {
  it('hold to required ones, types and enums', () => {
    expect(allowsWeatherIn('unit="C", city="a \\"b\\")", days=3, near=["y"]')).toBe(true)
    expect(allowsWeatherIn('city="Oslo", near=[]')).toBe(true)
    expect(allowsWeatherIn('days=3')).toBe(false)
    expect(allowsWeatherIn('city=Oslo')).toBe(false)
    expect(allowsWeatherIn('unit="K", city="Oslo"')).toBe(false)
  })
})
