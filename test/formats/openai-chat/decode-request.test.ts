import { assert, constantFrom, dictionary, jsonValue, oneof, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LlmdError } from '../../../src/errors.ts'
import { decodeChatCompletion } from '../../../src/formats/openai-chat/decode-request.ts'

const least = { model: 'm', messages: [{ role: 'user', content: 'hi' }] }

function refusal(body: unknown): LlmdError {
  try {
    decodeChatCompletion(body)
  } catch (error) {
    if (error instanceof LlmdError) return error
    throw error
  }
  throw new Error('was accepted')
}

/** What the client would get; anything but an LlmdError is a bug. */
function statusOf(body: unknown): number {
  try {
    decodeChatCompletion(body)
    return 200
  } catch (error) {
    if (error instanceof LlmdError) return error.status
    throw error
  }
}

describe('decodeChatCompletion', () => {
  it('fills in what the client leaves out', () => {
    expect(decodeChatCompletion(least)).toEqual({
      request: {
        messages: [{ role: 'user', content: 'hi' }],
        sampling: { temperature: 1, topP: 1 },
        stop: [],
      },
      model: 'm',
      stream: false,
      includeUsage: false,
      dropped: [],
    })
  })

  it('reads every parameter it honours', () => {
    const decoded = decodeChatCompletion({
      model: 'owner/name',
      messages: [
        { role: 'system', content: 'be' },
        { role: 'developer', content: 'brief' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
        { role: 'assistant', content: 'yes', refusal: null, tool_calls: [] },
      ],
      max_tokens: 1,
      max_completion_tokens: 7,
      temperature: 0,
      top_p: 0.5,
      seed: -3,
      stop: ['x', '', 'y'],
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
    })
    expect(decoded.request).toEqual({
      messages: [
        { role: 'system', content: 'be' },
        { role: 'developer', content: 'brief' },
        { role: 'user', content: 'a\nb' },
        { role: 'assistant', content: 'yes' },
      ],
      sampling: { temperature: 0, topP: 0.5, seed: -3 },
      maxTokens: 7,
      stop: ['x', 'y'],
    })
    expect(decoded).toMatchObject({ model: 'owner/name', stream: true, includeUsage: true })
  })

  it('takes one stop string, and max_tokens where it stands alone', () => {
    expect(decodeChatCompletion({ ...least, stop: 'x', max_tokens: 3 }).request).toMatchObject({
      stop: ['x'],
      maxTokens: 3,
    })
  })

  it('takes null as left out, for every optional parameter', () => {
    const optional = ['max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'seed', 'stop', 'stream']
    const more = [
      'stream_options',
      'n',
      'tools',
      'tool_choice',
      'response_format',
      'logit_bias',
      'audio',
      'user',
    ]
    const nulls = Object.fromEntries([...optional, ...more].map((name) => [name, null]))
    expect(decodeChatCompletion({ ...least, ...nulls })).toEqual(decodeChatCompletion(least))
  })

  it('accepts what asks for nothing', () => {
    const neutral = {
      n: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      logprobs: false,
      tools: [],
      functions: [],
      tool_choice: 'auto',
      function_call: 'none',
      response_format: { type: 'text' },
      logit_bias: {},
      modalities: ['text'],
      store: false,
      user: 'u',
      metadata: { a: 'b' },
      service_tier: 'auto',
      parallel_tool_calls: true,
      prediction: { type: 'content', content: 'x' },
    }
    expect(decodeChatCompletion({ ...least, ...neutral })).toEqual(decodeChatCompletion(least))
  })

  it.each([
    ['n', 2],
    ['presence_penalty', 1],
    ['frequency_penalty', -1],
    ['logprobs', true],
    ['top_logprobs', 3],
    ['logit_bias', { '5': 1 }],
    ['tools', [{ type: 'function', function: { name: 'f' } }]],
    ['functions', [{ name: 'f' }]],
    ['tool_choice', 'required'],
    ['tool_choice', { type: 'function', function: { name: 'f' } }],
    ['response_format', { type: 'json_object' }],
    ['response_format', { type: 'json_schema', json_schema: {} }],
    ['modalities', ['text', 'audio']],
    ['audio', { voice: 'x' }],
    ['web_search_options', {}],
    ['moderation', {}],
    ['store', true],
    ['reasoning_effort', 'high'],
    ['top_k', 40],
  ])('refuses %s %j, which would change the answer', (param, value) => {
    expect(refusal({ ...least, [param]: value })).toMatchObject({ code: 'unsupported_parameter', param })
  })

  it.each([
    [{ role: 'tool', content: 'x', tool_call_id: 'c' }, 'messages[0].role'],
    [{ role: 'function', content: 'x', name: 'f' }, 'messages[0].role'],
    [{ role: 'assistant', content: null, tool_calls: [{}] }, 'messages[0].tool_calls'],
    [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }, 'messages[0].content[0]'],
    [
      { role: 'user', content: [{ type: 'text', text: 'x' }, { type: 'input_audio' }] },
      'messages[0].content[1]',
    ],
  ])('refuses the content of %j', (message, param) => {
    expect(refusal({ model: 'm', messages: [message] })).toMatchObject({ code: 'unsupported_content', param })
  })

  it.each([
    [{ ...least, model: undefined }, 'model'],
    [{ ...least, model: '' }, 'model'],
    [{ ...least, messages: [] }, 'messages'],
    [{ ...least, messages: 'hi' }, 'messages'],
    [{ ...least, messages: ['hi'] }, 'messages[0]'],
    [{ ...least, messages: [{ role: 'wizard', content: 'hi' }] }, 'messages[0].role'],
    [{ ...least, messages: [{ role: 'user', content: 5 }] }, 'messages[0].content'],
    [{ ...least, messages: [{ role: 'user' }] }, 'messages[0].content'],
    [{ ...least, messages: [{ role: 'user', content: [] }] }, 'messages[0].content'],
    [{ ...least, messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages[0].content[0].text'],
    [{ ...least, temperature: 2.1 }, 'temperature'],
    [{ ...least, temperature: '1' }, 'temperature'],
    [{ ...least, top_p: -0.1 }, 'top_p'],
    [{ ...least, max_tokens: 0 }, 'max_tokens'],
    [{ ...least, max_completion_tokens: 1.5 }, 'max_completion_tokens'],
    [{ ...least, seed: 0.5 }, 'seed'],
    [{ ...least, stop: [1] }, 'stop'],
    [{ ...least, stop: Array.from({ length: 17 }, () => 'x') }, 'stop'],
    [{ ...least, stream: 'yes' }, 'stream'],
    [{ ...least, stream_options: { include_usage: 1 } }, 'stream_options.include_usage'],
    [{ ...least, n: 0 }, 'n'],
  ])('refuses %j and names the field', (body, param) => {
    const error = refusal(body)
    expect(error).toMatchObject({ code: 'invalid_request', status: 400, param })
    expect(error.message).toMatch(/must (be|hold)/)
  })

  it.each([[null], [[]], ['x'], [5]])('refuses a body that is %j', (body) => {
    expect(refusal(body)).toMatchObject({
      code: 'invalid_request',
      message: 'The body must be a JSON object.',
    })
  })

  it('says which fields it has no place for', () => {
    const body = { ...least, messages: [{ role: 'user', content: 'hi', name: 'ann' }], mirostat: 2 }
    expect(decodeChatCompletion(body).dropped).toEqual(['mirostat', 'messages[].name'])
  })

  it('answers any JSON with a request or an LlmdError of status 400', () => {
    const value = jsonValue({ maxDepth: 3 })
    const field = constantFrom(
      'messages',
      'temperature',
      'stop',
      'tools',
      'response_format',
      '__proto__',
      'n',
    )
    const body = dictionary(field, value).map((fields) => Object.assign(fields, { model: 'm' }))
    assert(
      property(oneof(value, body), (candidate) => {
        expect(statusOf(candidate)).toBeOneOf([200, 400])
      }),
    )
  })
})
