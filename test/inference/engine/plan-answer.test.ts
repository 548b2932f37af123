import { describe, expect, test } from 'vitest'
import type { ChatRequest, ToolChoice } from '../../../src/chat/request.ts'
import type { ToolDefinition } from '../../../src/chat/tool.ts'
import { offeredTools, planAnswer } from '../../../src/inference/engine/plan-answer.ts'
import { generic } from '../../../src/inference/tools/generic.ts'
import { harmony } from '../../../src/inference/tools/harmony.ts'
import { hermes } from '../../../src/inference/tools/hermes.ts'
import type { ToolFormat } from '../../../src/inference/tools/tool-format.ts'

const tool = (name: string): ToolDefinition => ({
  name,
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
})
const tools = [tool('get_weather'), tool('get_time')]
const schema = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] }

function request(rest: Partial<ChatRequest> = {}): ChatRequest {
  return {
    messages: [],
    sampling: { temperature: 0, topP: 1 },
    stop: [],
    choices: 1,
    tools: [],
    toolChoice: { type: 'auto' },
    parallelToolCalls: true,
    responseFormat: { type: 'text' },
    ...rest,
  }
}

interface Surroundings {
  format?: ToolFormat
  template?: string
  prompt?: string
}

function plan(rest: Partial<ChatRequest>, { format = hermes, template, prompt = '' }: Surroundings = {}) {
  return planAnswer(request(rest), { format, template, prompt })
}

/** What the plan's parser finds in a text. */
function read(rest: Partial<ChatRequest>, text: string, surroundings?: Surroundings) {
  const parser = plan(rest, surroundings).createParser?.()
  return parser && [...parser.push(text), ...parser.end()]
}

const thinks = { template: '{{ "<think>" }}' }
const opened = { ...thinks, prompt: '<|im_start|>assistant\n<think>\n' }

const called = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Oslo"}}\n</tool_call>'

describe('offeredTools', () => {
  test.each<[ToolChoice, string[]]>([
    [{ type: 'auto' }, ['get_weather', 'get_time']],
    [{ type: 'required' }, ['get_weather', 'get_time']],
    [{ type: 'none' }, []],
    [{ type: 'allowed', mode: 'auto', names: ['get_time'] }, ['get_time']],
    [{ type: 'allowed', mode: 'required', names: ['get_weather'] }, ['get_weather']],
  ])('%j', (toolChoice, names) => {
    expect(offeredTools(request({ tools, toolChoice })).map(({ name }) => name)).toEqual(names)
  })
})

describe('planAnswer', () => {
  test('leaves plain text alone', () => {
    expect(plan({})).toEqual({ grammar: undefined, createParser: undefined })
    expect(plan({ tools, toolChoice: { type: 'none' } })).toEqual({
      grammar: undefined,
      createParser: undefined,
    })
  })

  test.each<ToolChoice>([{ type: 'auto' }, { type: 'allowed', mode: 'auto', names: ['get_weather'] }])(
    'prescribes nothing where calls are free, and reads them: %j',
    (toolChoice) => {
      expect(plan({ tools, toolChoice }).grammar).toBeUndefined()
      expect(read({ tools, toolChoice }, called)).toMatchObject([
        { type: 'tool-call-start', name: 'get_weather' },
        { type: 'tool-call-delta', arguments: '{"city": "Oslo"}' },
        { type: 'tool-call-end' },
      ])
    },
  )

  test('prescribes calls of the tools that may be called, where one must be', () => {
    const any = plan({ tools, toolChoice: { type: 'required' } }).grammar
    expect(any).toContain('"weather"')
    expect(any).toContain('"time"')
    const one = plan({
      tools,
      toolChoice: { type: 'allowed', mode: 'required', names: ['get_time'] },
    }).grammar
    expect(one).toContain('get_time')
    expect(one).not.toContain('weather')
  })

  test('prescribes no second call where one alone is wanted', () => {
    const required = { tools, toolChoice: { type: 'required' } } as const
    expect(plan(required).grammar).toContain('{0,}')
    expect(plan({ ...required, parallelToolCalls: false }).grammar).not.toContain('{0,}')
  })

  test('prescribes JSON, of a schema or any', () => {
    expect(plan({ responseFormat: { type: 'json_schema', schema } }).grammar).toContain('age')
    expect(plan({ responseFormat: { type: 'json_object' } }).grammar).toMatch(/^root ::=/)
    expect(plan({ responseFormat: { type: 'json_object' } }).createParser).toBeUndefined()
  })

  test('tools that must not be called do not stand in the way of JSON', () => {
    const { grammar } = plan({
      tools,
      toolChoice: { type: 'none' },
      responseFormat: { type: 'json_schema', schema },
    })
    expect(grammar).toContain('age')
  })

  test('reads thinking, which may come before everything that is prescribed', () => {
    expect(read({}, '<think>hm</think>Hello', thinks)).toEqual([
      { type: 'reasoning-delta', text: 'hm' },
      { type: 'text-delta', text: 'Hello' },
    ])
    for (const rest of [
      { tools, toolChoice: { type: 'required' } },
      { responseFormat: { type: 'json_schema', schema } },
    ] as const) {
      expect(plan(rest, thinks).grammar).toContain('<think>')
      // What the prompt has opened is not to be opened again.
      expect(plan(rest, opened).grammar).not.toContain('<think>')
      expect(plan(rest, opened).grammar).toContain('thinking')
      expect(plan(rest).grammar).not.toContain('thinking')
    }
  })

  test('takes an answer for thinking from its beginning where the prompt has opened it', () => {
    expect(read({}, 'hm</think>Hello', opened)).toEqual([
      { type: 'reasoning-delta', text: 'hm' },
      { type: 'text-delta', text: 'Hello' },
    ])
  })

  test('each choice gets a parser of its own', () => {
    const { createParser } = plan({ tools })
    const [first, second] = [createParser?.(), createParser?.()]
    first?.push('<tool_call>')
    expect(second?.push('Hello')).toEqual([{ type: 'text-delta', text: 'Hello' }])
  })

  test('harmony is read even where there are no tools: its channels are not text', () => {
    const answer = '<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Hello'
    expect(read({}, answer, { format: harmony, template: '<|channel|><|message|>' })).toEqual([
      { type: 'reasoning-delta', text: 'hm' },
      { type: 'text-delta', text: 'Hello' },
    ])
  })

  test('models without a syntax of their own are held to JSON calls', () => {
    expect(plan({ tools, toolChoice: { type: 'required' } }, { format: generic }).grammar).toContain(
      '"weather"',
    )
  })

  test.each<[string, Partial<ChatRequest>, object]>([
    [
      'log-probabilities of prescribed calls',
      { tools, toolChoice: { type: 'required' }, logprobs: { top: 0 } },
      { code: 'unsupported_parameter', param: 'logprobs' },
    ],
    [
      'log-probabilities of prescribed JSON',
      { responseFormat: { type: 'json_object' }, logprobs: { top: 2 } },
      { code: 'unsupported_parameter', param: 'logprobs' },
    ],
    [
      'log-probabilities beside a strict tool',
      { tools: [{ ...tool('get_weather'), strict: true }], logprobs: { top: 2 } },
      { code: 'unsupported_parameter', param: 'logprobs' },
    ],
    [
      'strict parameters that no grammar can hold to',
      {
        tools: [{ name: 'odd', parameters: { type: 'object', patternProperties: { a: {} } }, strict: true }],
      },
      { code: 'unsupported_schema' },
    ],
    [
      'a schema that no grammar can hold to',
      { responseFormat: { type: 'json_schema', schema: { type: 'object', patternProperties: { a: {} } } } },
      { code: 'unsupported_schema' },
    ],
    [
      'parameters that no grammar can hold to',
      {
        tools: [{ name: 'odd', parameters: { type: 'object', patternProperties: { a: {} } } }],
        toolChoice: { type: 'required' },
      },
      { code: 'unsupported_schema' },
    ],
  ])('refuses %s', (_name, rest, error) => {
    expect(() => plan(rest)).toThrow(expect.objectContaining(error))
  })

  test('parameters that no grammar can hold to are no obstacle where calls are free', () => {
    const odd = { name: 'odd', parameters: { type: 'object', patternProperties: { a: {} } } }
    expect(plan({ tools: [odd] }).grammar).toBeUndefined()
  })
})
