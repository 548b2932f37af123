import { describe, expect, it } from 'vitest'
import { decodeChatCompletion } from '../../../src/formats/openai-chat/decode-request.ts'
import { refusal } from '../refusal.ts'

const decode = (fields: object) =>
  decodeChatCompletion({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...fields })

const parameters = { type: 'object', properties: { a: { type: 'number' } } }
const tool = (name: string, more: object = {}) => ({ type: 'function', function: { name, ...more } })
const tools = [tool('add', { description: 'Adds.', parameters, strict: true }), tool('now')]
const decodedTools = [{ name: 'add', description: 'Adds.', parameters, strict: true }, { name: 'now' }]
const allowed = (mode: string, ...names: string[]) => ({
  type: 'allowed_tools',
  allowed_tools: { mode, tools: names.map((name) => tool(name)) },
})

describe('the tools of a chat completion', () => {
  it('are read, to be called at will and side by side', () => {
    expect(decode({ tools }).request).toMatchObject({
      tools: decodedTools,
      toolChoice: { type: 'auto' },
      parallelToolCalls: true,
    })
    expect(decode({ tools, parallel_tool_calls: false }).request.parallelToolCalls).toBe(false)
  })

  it.each([
    ['auto', { type: 'auto' }],
    ['none', { type: 'none' }],
    ['required', { type: 'required' }],
    [tool('now'), { type: 'allowed', mode: 'required', names: ['now'] }],
    [allowed('auto', 'now'), { type: 'allowed', mode: 'auto', names: ['now'] }],
    [allowed('required', 'now', 'add'), { type: 'allowed', mode: 'required', names: ['now', 'add'] }],
  ])('are chosen from by %j', (toolChoice, decoded) => {
    expect(decode({ tools, tool_choice: toolChoice }).request.toolChoice).toEqual(decoded)
  })

  it.each([{}, { tools: [] }, { tool_choice: 'auto' }, { tools: [], functions: [], function_call: 'auto' }])(
    'are none in %j',
    (fields) => {
      expect(decode(fields).request).toMatchObject({ tools: [], toolChoice: { type: 'none' } })
    },
  )

  it.each([
    [undefined, { type: 'auto' }],
    ['none', { type: 'none' }],
    [{ name: 'now' }, { type: 'allowed', mode: 'required', names: ['now'] }],
  ])('may be functions, called one at a time; function_call %j', (functionCall, toolChoice) => {
    const functions = tools.map((definition) => definition.function)
    const { request, shape } = decode({ functions, function_call: functionCall })
    expect(request).toMatchObject({ tools: decodedTools, toolChoice, parallelToolCalls: false })
    expect(shape.usesFunctions).toBe(true)
  })

  it.each([
    [{ tools: {} }, 'tools'],
    [{ tools: [{ type: 'custom', custom: { name: 'x' } }] }, 'tools[0].type'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].function'],
    [{ tools: [tool('')] }, 'tools[0].function.name'],
    [{ tools: [tool('a b')] }, 'tools[0].function.name'],
    [{ tools: [tool('a\n')] }, 'tools[0].function.name'],
    [{ tools: [tool('x'.repeat(65))] }, 'tools[0].function.name'],
    [{ tools: [tool('x'), tool('x')] }, 'tools[1].function.name'],
    [{ tools: [tool('x', { parameters: [] })] }, 'tools[0].function.parameters'],
    [{ tools, tool_choice: 'any' }, 'tool_choice'],
    [{ tools, tool_choice: {} }, 'tool_choice'],
    [{ tools, tool_choice: { type: 'custom', custom: { name: 'add' } } }, 'tool_choice'],
    [{ tools, tool_choice: tool('other') }, 'tool_choice'],
    [{ tools, tool_choice: allowed('auto', 'now', 'other') }, 'tool_choice'],
    [{ tools, tool_choice: allowed('auto') }, 'tool_choice'],
    [{ tool_choice: 'required' }, 'tool_choice'],
    [{ tool_choice: tool('add') }, 'tool_choice'],
    [{ tools, parallel_tool_calls: 'no' }, 'parallel_tool_calls'],
    [{ functions: [{ name: 'x' }, { name: 'x' }] }, 'functions[1].name'],
    [{ functions: [{ name: 'x' }], tools }, 'functions'],
    [{ functions: [{ name: 'x' }], function_call: { name: 'y' } }, 'function_call'],
    [{ functions: [{ name: 'x' }], function_call: 'required' }, 'function_call'],
  ])('are refused in %j', (fields, param) => {
    expect(refusal(() => decode(fields))).toMatchObject({ code: 'invalid_request', param })
  })
})
