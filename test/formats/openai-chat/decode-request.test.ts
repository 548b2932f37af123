import { assert, constantFrom, dictionary, jsonValue, oneof, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeChatCompletion } from '../../../src/formats/openai-chat/decode-request.ts'
import { chatCompletionSchema } from '../../../src/formats/openai-chat/schema.ts'
import { refusal, statusOf } from '../refusal.ts'

const least = { model: 'm', messages: [{ role: 'user', content: 'hi' }] }

/** What every request asks for that says nothing of it. */
const silent = {
  sampling: { temperature: 1, topP: 1 },
  stop: [],
  choices: 1,
  tools: [],
  toolChoice: { type: 'none' },
  parallelToolCalls: true,
  responseFormat: { type: 'text' },
}

const refused = (body: unknown) => refusal(() => decodeChatCompletion(body))

describe('decodeChatCompletion', () => {
  it('fills in what the client leaves out', () => {
    expect(decodeChatCompletion(least)).toEqual({
      request: { ...silent, messages: [{ role: 'user', content: 'hi' }] },
      model: 'm',
      stream: false,
      shape: { includeUsage: false, logprobs: false, usesFunctions: false },
      dropped: [],
    })
  })

  it('reads every parameter it honours', () => {
    const decoded = decodeChatCompletion({
      ...least,
      model: 'owner/name',
      max_tokens: 1,
      max_completion_tokens: 7,
      temperature: 0,
      top_p: 0.5,
      n: 2,
      seed: -3,
      stop: ['x', '', 'y'],
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
      presence_penalty: 2,
      frequency_penalty: -2,
      logit_bias: { '5': -100, '70': 1.5 },
      logprobs: true,
      top_logprobs: 20,
      reasoning_effort: 'xhigh',
      thinking_budget_tokens: 0,
      top_k: 40,
      min_p: 0.1,
      repeat_penalty: 1.1,
      ignore_eos: true,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 's', strict: true, schema: { type: 'object' } },
      },
    })
    expect(decoded.request).toEqual({
      ...silent,
      messages: [{ role: 'user', content: 'hi' }],
      sampling: {
        temperature: 0,
        topP: 0.5,
        topK: 40,
        minP: 0.1,
        seed: -3,
        presencePenalty: 2,
        frequencyPenalty: -2,
        repeatPenalty: 1.1,
        logitBias: { '5': -100, '70': 1.5 },
      },
      maxTokens: 7,
      stop: ['x', 'y'],
      choices: 2,
      logprobs: { top: 20 },
      ignoreEndToken: true,
      responseFormat: { type: 'json_schema', schema: { type: 'object' } },
      reasoning: { effort: 'xhigh', budgetTokens: 0 },
    })
    expect(decoded).toMatchObject({
      model: 'owner/name',
      stream: true,
      shape: { includeUsage: true, logprobs: true },
    })
  })

  it.each([
    [{ reasoning_effort: 'none' }, { effort: 'none' }],
    [{ reasoning_effort: 'high', chat_template_kwargs: { enable_thinking: false } }, { effort: 'none' }],
    [{ chat_template_kwargs: { enable_thinking: true } }, undefined],
    [{ thinking_budget_tokens: 100 }, { budgetTokens: 100 }],
  ])('reads from %j how to think', (fields, reasoning) => {
    expect(decodeChatCompletion({ ...least, ...fields }).request.reasoning).toEqual(reasoning)
  })

  it('takes log-probabilities without the likeliest, and JSON without a schema', () => {
    const fields = { logprobs: true, response_format: { type: 'json_object' } }
    expect(decodeChatCompletion({ ...least, ...fields }).request).toMatchObject({
      logprobs: { top: 0 },
      responseFormat: { type: 'json_object' },
    })
  })

  it('takes one stop string, and max_tokens where it stands alone', () => {
    expect(decodeChatCompletion({ ...least, stop: 'x', max_tokens: 3 }).request).toMatchObject({
      stop: ['x'],
      maxTokens: 3,
    })
  })

  it('takes null as left out, for every optional parameter', () => {
    const optional = Object.keys(chatCompletionSchema.shape).filter((name) => !(name in least))
    const nulls = Object.fromEntries(optional.map((name) => [name, null]))
    expect(decodeChatCompletion({ ...least, ...nulls })).toEqual(decodeChatCompletion(least))
  })

  it('accepts what asks for nothing', () => {
    const neutral = {
      n: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      logprobs: false,
      top_logprobs: 0,
      ignore_eos: false,
      top_k: -1,
      min_p: 0,
      repeat_penalty: 1,
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
    ['modalities', ['text', 'audio']],
    ['audio', { voice: 'x' }],
    ['web_search_options', {}],
    ['moderation', {}],
    ['store', true],
  ])('refuses %s %j, which would change the answer', (param, value) => {
    expect(refused({ ...least, [param]: value })).toMatchObject({ code: 'unsupported_parameter', param })
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
    [{ ...least, n: 17 }, 'n'],
    [{ ...least, presence_penalty: 2.1 }, 'presence_penalty'],
    [{ ...least, frequency_penalty: -2.1 }, 'frequency_penalty'],
    [{ ...least, logprobs: 1 }, 'logprobs'],
    [{ ...least, logprobs: true, top_logprobs: 21 }, 'top_logprobs'],
    [{ ...least, top_logprobs: 1 }, 'top_logprobs'],
    [{ ...least, logprobs: false, top_logprobs: 1 }, 'top_logprobs'],
    [{ ...least, logit_bias: [] }, 'logit_bias'],
    [{ ...least, logit_bias: { '5': 101 } }, 'logit_bias'],
    [{ ...least, logit_bias: { a: 1 } }, 'logit_bias'],
    [{ ...least, logit_bias: { '-1': 1 } }, 'logit_bias'],
    [{ ...least, top_k: -2 }, 'top_k'],
    [{ ...least, min_p: 1.1 }, 'min_p'],
    [{ ...least, repeat_penalty: 0.5 }, 'repeat_penalty'],
    [{ ...least, reasoning_effort: 1 }, 'reasoning_effort'],
    [{ ...least, thinking_budget_tokens: -1 }, 'thinking_budget_tokens'],
    [{ ...least, chat_template_kwargs: { enable_thinking: 'no' } }, 'chat_template_kwargs.enable_thinking'],
    [{ ...least, response_format: { type: 'grammar' } }, 'response_format.type'],
    [{ ...least, response_format: 'text' }, 'response_format'],
    [{ ...least, response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
    [
      { ...least, response_format: { type: 'json_schema', json_schema: { name: 's' } } },
      'response_format.json_schema.schema',
    ],
  ])('refuses %j and names the field', (body, param) => {
    const error = refused(body)
    expect(error).toMatchObject({ code: 'invalid_request', status: 400, param })
    expect(error.message).toMatch(/must (be|hold)/)
  })

  it('refuses a schema where it would have no effect', () => {
    expect(refused({ ...least, response_format: { type: 'json_object', schema: {} } })).toMatchObject({
      code: 'invalid_request',
      param: 'response_format.schema',
    })
  })

  it.each([[null], [[]], ['x'], [5]])('refuses a body that is %j', (body) => {
    expect(refused(body)).toMatchObject({
      code: 'invalid_request',
      message: 'The body must be a JSON object.',
    })
  })

  it('says which fields it has no place for', () => {
    const body = {
      ...least,
      messages: [
        { role: 'user', content: 'hi', name: 'ann', tool_calls: [] },
        { role: 'user', content: 'hi', name: 'bob', reasoning_content: 'hm' },
        { role: 'assistant', content: 'ho', refusal: null, annotations: [], parsed: null },
      ],
      mirostat: 2,
      chat_template_kwargs: { enable_thinking: true, tone: 'warm' },
    }
    expect(decodeChatCompletion(body).dropped).toEqual([
      'mirostat',
      'messages[].name',
      'messages[].reasoning_content',
      'chat_template_kwargs.tone',
    ])
  })

  it('answers any JSON with a request or an LlmdError of status 400', () => {
    const value = jsonValue({ maxDepth: 3 })
    const field = constantFrom(
      'messages',
      'temperature',
      'stop',
      'tools',
      'tool_choice',
      'function_call',
      'logit_bias',
      'response_format',
      'chat_template_kwargs',
      '__proto__',
      'n',
    )
    const body = dictionary(field, value).map((fields) => Object.assign(fields, { model: 'm' }))
    assert(
      property(oneof(value, body), (candidate) => {
        expect(statusOf(() => decodeChatCompletion(candidate))).toBeOneOf([200, 400])
      }),
    )
  })
})
