import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChatRequest } from '../../../src/chat/request.ts'
import type { ToolDefinition } from '../../../src/chat/tool.ts'
import { planAnswer } from '../../../src/inference/engine/plan-answer.ts'
import { deepseek } from '../../../src/inference/tools/deepseek.ts'
import { gemma4 } from '../../../src/inference/tools/gemma.ts'
import { generic } from '../../../src/inference/tools/generic.ts'
import { granite } from '../../../src/inference/tools/granite.ts'
import { harmony } from '../../../src/inference/tools/harmony.ts'
import { hermes } from '../../../src/inference/tools/hermes.ts'
import { kimi } from '../../../src/inference/tools/kimi.ts'
import { llama3 } from '../../../src/inference/tools/llama3.ts'
import { mistralArray, mistralNamed } from '../../../src/inference/tools/mistral.ts'
import type { ToolFormat } from '../../../src/inference/tools/tool-format.ts'
import { startGrammarEngine, type GrammarEngine } from '../grammar/grammar-engine.ts'
import { readAnswer } from '../tools/read-answer.ts'

let engine: GrammarEngine
beforeAll(async () => {
  engine = await startGrammarEngine()
})
afterAll(() => engine[Symbol.asyncDispose]())

const parameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}
const weather: ToolDefinition = { name: 'get_weather', parameters, strict: true }
const time: ToolDefinition = { name: 'get_time', parameters }
const schema = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] }
const structured = { responseFormat: { type: 'json_schema', schema } } as const

function plan(format: ToolFormat, rest: Partial<ChatRequest>, surroundings = { template: '', prompt: '' }) {
  const request: ChatRequest = {
    messages: [],
    sampling: { temperature: 0, topP: 1 },
    stop: [],
    choices: 1,
    tools: [weather, time],
    toolChoice: { type: 'auto' },
    parallelToolCalls: true,
    responseFormat: { type: 'text' },
    ...rest,
  }
  return planAnswer(request, { format, ...surroundings })
}

/** Which of the texts an answer may be. */
async function allowed(grammar: string | undefined, texts: readonly string[]): Promise<boolean[]> {
  if (grammar === undefined) throw new Error('nothing is prescribed')
  return (await engine.ask({ grammar, texts })).produced
}

/** What the plan's parser makes of a text, whole; it has to make the same of single characters. */
function read({ createParser }: ReturnType<typeof plan>, text: string) {
  const parsers = [createParser?.(), createParser?.()]
  const [whole, split] = [[text], Array.from(text)].map((pieces, index) => {
    const parser = parsers[index]
    return parser ? readAnswer(parser, pieces) : undefined
  })
  expect(split).toEqual(whole)
  return { ...whole, calls: whole?.calls.map((call) => JSON.parse(call.arguments)) }
}

const json = (key: string) => (args: string) => `{"name": "get_weather", "${key}": ${args}}`

/** How each family writes a call with these arguments. */
const marked: [ToolFormat, (args: string) => string][] = [
  [hermes, (args) => `<tool_call>\n${json('arguments')(args)}\n</tool_call>`],
  [granite, (args) => `<|tool_call|>[${json('arguments')(args)}]`],
  [mistralArray, (args) => `[TOOL_CALLS][${json('arguments')(args)}]`],
  [mistralNamed, (args) => `[TOOL_CALLS]get_weather[ARGS]${args}`],
  [
    deepseek,
    (args) =>
      `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n\`\`\`json\n${args}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
  ],
  [
    kimi,
    (args) =>
      `<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>${args}<|tool_call_end|><|tool_calls_section_end|>`,
  ],
]
const bare: [ToolFormat, (args: string) => string][] = [
  [generic, (args) => `[${json('arguments')(args)}]`],
  [llama3, json('parameters')],
]
const good = '{"city": "Oslo"}'
const bad = ['{}', '{"city": 1}', '{"city": "Oslo", "x": 1}', '{"town": "Oslo"}']

describe.each(marked)('a strict tool that need not be called: $name', (format, call) => {
  const strict = plan(format, {})

  test('text, a call, or a call after text; arguments as the schema wants them', async () => {
    const texts = ['Hello <b>[1]</b> to= {"a": 1}.', '', call(good), `Let me <see\n\n${call(good)}`]
    expect(await allowed(strict.grammar, texts)).toEqual(texts.map(() => true))
    expect(read(strict, texts[0] ?? '')).toMatchObject({ text: texts[0], calls: [] })
    expect(read(strict, call(good))).toMatchObject({ text: '', calls: [{ city: 'Oslo' }] })
    expect(read(strict, texts[3] ?? '')).toMatchObject({ text: 'Let me <see', calls: [{ city: 'Oslo' }] })
  })

  test('no other arguments, no other tool, no call that breaks off, no text after it', async () => {
    const other = call(good).replace('get_weather', 'launch')
    const texts = [...bad.map(call), ...bad.map((args) => `Hm. ${call(args)}`), other]
    texts.push(call(good).slice(0, -3), `${call(good)} And?`)
    expect(await allowed(strict.grammar, texts)).toEqual(texts.map(() => false))
  })

  test('what is no call of the grammar is no call', () => {
    const text = 'Like {"name": "get_weather", "arguments": {}}.'
    expect(read(strict, text)).toMatchObject({ text, calls: [] })
  })

  test('thinking may hold what it likes', async () => {
    const thinking = plan(format, {}, { template: '<think>', prompt: '<think>\n' })
    const texts = [`Maybe ${call('{}')}?</think>\n\nHello`, `Hm.</think>\n${call(good)}`]
    expect(await allowed(thinking.grammar, texts)).toEqual([true, true])
    expect(read(thinking, texts[0] ?? '')).toMatchObject({ text: 'Hello', calls: [] })
    expect(read(thinking, texts[1] ?? '')).toMatchObject({ text: '', calls: [{ city: 'Oslo' }] })
  })
})

describe.each(bare)(
  'a strict tool that need not be called, where no marker tells of calls: $name',
  (format, call) => {
    const strict = plan(format, {})

    test('a text that begins with no bracket, or calls', async () => {
      const texts = ['Hello {"a": 1}.', '\n```js\n```', '', call(good)]
      expect(await allowed(strict.grammar, texts)).toEqual([true, true, true, true])
      const refused = [...bad.map(call), '{"a": 1}', ' [1]', '<|python_tag|>', `${call(good)} And?`]
      expect(await allowed(strict.grammar, refused)).toEqual(refused.map(() => false))
      expect(read(strict, call(good))).toMatchObject({ text: '', calls: [{ city: 'Oslo' }] })
      const text = `Like ${call('{}')}.`
      expect(read(strict, text)).toMatchObject({ text, calls: [] })
    })
  },
)

describe.each([...marked, ...bare])('calls or JSON of a schema: $name', (format, call) => {
  const either = plan(format, structured)

  test('either of them, and nothing else', async () => {
    const texts = ['{"age": 3}', call(good), call(good).replace('get_weather', 'get_time')]
    expect(await allowed(either.grammar, texts)).toEqual([true, true, true])
    const refused = [
      'Hello',
      '{"age": "3"}',
      `{"age": 3}${call(good)}`,
      `Well. ${call(good)}`,
      call('{}'),
      '',
    ]
    expect(await allowed(either.grammar, refused)).toEqual(refused.map(() => false))
  })

  test('each is read as what it is, and JSON is never searched for calls', () => {
    expect(read(either, call(good))).toMatchObject({ text: '', calls: [{ city: 'Oslo' }] })
    for (const said of [call('{"city": "Rome"}'), '<tool_call>', 'get_weather']) {
      const text = JSON.stringify({ age: 3, note: said, more: { name: 'get_weather', arguments: {} } })
      expect(read(either, text)).toMatchObject({ text, calls: [] })
    }
    expect(read(either, '[1]')).toMatchObject({ text: '[1]', calls: [] })
  })

  test('only calls where one must be made, only JSON where none may', async () => {
    const texts = ['{"age": 3}', call(good)]
    const required = plan(format, { ...structured, toolChoice: { type: 'required' } })
    expect(await allowed(required.grammar, texts)).toEqual([false, true])
    const none = plan(format, { ...structured, toolChoice: { type: 'none' } })
    expect(await allowed(none.grammar, texts)).toEqual([true, false])
  })

  test('thinking comes before either', async () => {
    const thinking = plan(format, structured, { template: '<think>', prompt: '' })
    const texts = [`<think>Hm.</think>\n{"age": 3}`, `<think>Hm.</think>\n${call(good)}`, call(good)]
    expect(await allowed(thinking.grammar, texts)).toEqual([true, true, true])
    expect(read(thinking, texts[0] ?? '')).toMatchObject({ text: '{"age": 3}', reasoning: 'Hm.', calls: [] })
    expect(read(thinking, texts[1] ?? '')).toMatchObject({ text: '', calls: [{ city: 'Oslo' }] })
  })
})

test('one call alone, where no more are wanted', async () => {
  const [, call] = marked[0] ?? []
  const two = `${call?.(good)}\n${call?.(good)}`
  for (const rest of [{}, structured]) {
    expect(await allowed(plan(hermes, rest).grammar, [two])).toEqual([true])
    expect(await allowed(plan(hermes, { ...rest, parallelToolCalls: false }).grammar, [two])).toEqual([false])
  }
})

const analysis = '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant'
const final = (text: string) => `<|channel|>final<|message|>${text}`
const message = (args: string) =>
  `<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>${args}`

describe('harmony', () => {
  test('a strict tool: whatever channels, and calls that follow the schema', async () => {
    const { grammar } = plan(harmony, {})
    const texts = [final('Hello'), analysis + final('to=f.'), message(good), analysis + message(good)]
    expect(await allowed(grammar, texts)).toEqual([true, true, true, true])
    expect(
      await allowed(
        grammar,
        bad.map((args) => analysis + message(args)),
      ),
    ).toEqual(bad.map(() => false))
  })

  test('calls or JSON, in the final channel', async () => {
    const either = plan(harmony, structured)
    const texts = [analysis + final('{"age": 3}'), final('{"age": 3}'), analysis + message(good)]
    expect(await allowed(either.grammar, texts)).toEqual([true, true, true])
    expect(await allowed(either.grammar, [final('Hello'), '{"age": 3}'])).toEqual([false, false])
    expect(read(either, texts[0] ?? '')).toMatchObject({ text: '{"age": 3}', reasoning: 'Hm.', calls: [] })
    expect(read(either, texts[2] ?? '')).toMatchObject({ text: '', calls: [{ city: 'Oslo' }] })
    const none = plan(harmony, { ...structured, tools: [] })
    expect(await allowed(none.grammar, texts)).toEqual([true, true, false])
  })
})

const withCity = (city: object, rest: Partial<ToolDefinition> = {}) => [
  { ...weather, parameters: { ...parameters, properties: { city } }, ...rest },
]
const gemmaCall = (args: string) => `<|tool_call>call:get_weather${args}<tool_call|>`

describe('a notation that holds only to types', () => {
  test('holds strict tools to those', async () => {
    const { grammar } = plan(gemma4, { tools: withCity({ type: ['string', 'null'] }) })
    const texts = [
      gemmaCall('{city:<|"|>Oslo<|"|>}'),
      gemmaCall('{city:null}'),
      'Hello',
      gemmaCall('{city:1}'),
      gemmaCall('{}'),
    ]
    expect(await allowed(grammar, texts)).toEqual([true, true, true, false, false])
  })

  test.each([{ type: 'string', pattern: 'a' }, {}, { anyOf: [{ type: 'string' }] }, { type: 'object' }])(
    'refuses strict tools that want more: %j',
    (city) => {
      expect(() => plan(gemma4, { tools: withCity(city) })).toThrow(
        expect.objectContaining({ code: 'unsupported_schema', param: expect.stringContaining('tools') }),
      )
      expect(plan(gemma4, { tools: withCity(city, { strict: false }) }).grammar).toBe(undefined)
    },
  )
})

test('of tools that are not strict, beside others, what cannot be held to is let go', async () => {
  const odd = { name: 'get_time', parameters: { type: 'object', patternProperties: { a: {} } } }
  const { grammar } = plan(hermes, { tools: [weather, odd] })
  const text = '<tool_call>\n{"name": "get_time", "arguments": {"b": [1]}}\n</tool_call>'
  expect(await allowed(grammar, [text])).toEqual([true])
})
