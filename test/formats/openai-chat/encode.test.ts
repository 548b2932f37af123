import { describe, expect, it } from 'vitest'
import type { ChatEvent } from '../../../src/chat/event.ts'
import { LlmdError } from '../../../src/errors.ts'
import { collectAnswer } from '../../../src/formats/collect-answer.ts'
import type { AnswerShape } from '../../../src/formats/openai-chat/answer-shape.ts'
import { encodeChatCompletion } from '../../../src/formats/openai-chat/encode-response.ts'
import { createChatStreamEncoder } from '../../../src/formats/openai-chat/encode-stream.ts'
import { encodeOpenAiError } from '../../../src/formats/openai-common/encode-error.ts'
import { openAiSchemas } from '../check-schema.ts'
import { eventsOf } from '../events-of.ts'
import { schemaDifferences } from '../schema-differences.ts'

const head = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'owner/name' }
const plain: AnswerShape = { includeUsage: false, logprobs: false, usesFunctions: false }
const usage = { promptTokens: 5, completionTokens: 2, cachedTokens: 1, reasoningTokens: 1 }
const encodedUsage = {
  prompt_tokens: 5,
  completion_tokens: 2,
  total_tokens: 7,
  prompt_tokens_details: { cached_tokens: 1, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 1,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
}

const greeting: ChatEvent[] = [
  { choice: 0, type: 'text-delta', text: 'Hé\n' },
  { choice: 0, type: 'choice-finish', reason: 'length' },
  { type: 'finish', usage },
]

const calls: ChatEvent[] = [
  { choice: 0, type: 'reasoning-delta', text: 'hm' },
  { choice: 0, type: 'tool-call-start', index: 0, id: 'c1', name: 'add' },
  { choice: 0, type: 'tool-call-delta', index: 0, arguments: '{"a":' },
  { choice: 0, type: 'tool-call-delta', index: 0, arguments: ' 1}' },
  { choice: 0, type: 'tool-call-end', index: 0 },
  { choice: 0, type: 'tool-call-start', index: 1, id: 'c2', name: 'now' },
  { choice: 0, type: 'tool-call-delta', index: 1, arguments: '{}' },
  { choice: 0, type: 'tool-call-end', index: 1 },
  { choice: 0, type: 'choice-finish', reason: 'tool-calls' },
  { type: 'finish', usage },
]

const pair: ChatEvent[] = [
  { choice: 1, type: 'text-delta', text: 'two' },
  { choice: 0, type: 'text-delta', text: 'one' },
  { choice: 1, type: 'choice-finish', reason: 'stop' },
  { choice: 0, type: 'choice-finish', reason: 'length' },
  { type: 'finish', usage },
]

const token = { token: 'Hi', bytes: [72, 105], logprob: -0.5 }
const oddToken = { token: '\ufffd', bytes: null, logprob: Number.NEGATIVE_INFINITY }
const probable: ChatEvent[] = [
  { choice: 0, type: 'text-delta', text: 'Hi', logprobs: [{ ...token, top: [token, oddToken] }] },
  { choice: 0, type: 'text-delta', text: '!' },
  { choice: 0, type: 'choice-finish', reason: 'stop' },
  { type: 'finish', usage },
]
const encodedLogprobs = {
  content: [{ ...token, top_logprobs: [token, { ...oddToken, logprob: -9999 }] }],
  refusal: null,
}

async function whole(
  events: ChatEvent[],
  { choices = 1, ...shape }: Partial<AnswerShape> & { choices?: number } = {},
) {
  return encodeChatCompletion(head, await collectAnswer(eventsOf(events), choices), { ...plain, ...shape })
}

const callDelta = (index: number, more: object) => [{ tool_calls: [{ index, ...more }] }, null]

/** A whole stream as its client would read it. */
function streamed(events: ChatEvent[], shape: Partial<AnswerShape> = {}) {
  const encoder = createChatStreamEncoder(head, { ...plain, ...shape })
  const data = [...events.flatMap((event) => encoder.event(event)), ...encoder.end()]
  return { chunks: data.slice(0, -1).map((line) => JSON.parse(line)), last: data.at(-1) }
}

const deltasOf = ({ chunks }: ReturnType<typeof streamed>) =>
  chunks.map(({ choices }) => [choices[0].delta, choices[0].finish_reason])

describe('encodeChatCompletion', () => {
  it('writes the whole answer', async () => {
    expect(await whole(greeting)).toEqual({
      ...head,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hé\n', refusal: null },
          logprobs: null,
          finish_reason: 'length',
        },
      ],
      usage: encodedUsage,
    })
  })

  it('writes thoughts and calls; where there are only those, the content is null', async () => {
    const { choices } = await whole(calls)
    expect(choices).toMatchObject([
      {
        message: {
          content: null,
          reasoning_content: 'hm',
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'add', arguments: '{"a": 1}' } },
            { id: 'c2', type: 'function', function: { name: 'now', arguments: '{}' } },
          ],
        },
        finish_reason: 'tool_calls',
      },
    ])
    const spoken = await whole([{ choice: 0, type: 'text-delta', text: 'Let me see.' }, ...calls])
    expect(spoken.choices[0]?.message.content).toBe('Let me see.')
  })

  it('writes a call of a function for who asked with functions', async () => {
    const { choices } = await whole(calls, { usesFunctions: true })
    expect(choices[0]).toMatchObject({
      message: { content: null, function_call: { name: 'add', arguments: '{"a": 1}' } },
      finish_reason: 'function_call',
    })
    expect(choices[0]?.message).not.toHaveProperty('tool_calls')
  })

  it('writes every choice', async () => {
    const { choices } = await whole(pair, { choices: 2 })
    expect(choices).toMatchObject([
      { index: 0, message: { content: 'one' }, finish_reason: 'length' },
      { index: 1, message: { content: 'two' }, finish_reason: 'stop' },
    ])
  })

  it('writes log-probabilities', async () => {
    const { choices } = await whole(probable, { logprobs: true })
    expect(choices[0]?.logprobs).toEqual(encodedLogprobs)
    expect((await whole(probable)).choices[0]?.logprobs).toBeNull()
  })
})

describe('createChatStreamEncoder', () => {
  it('writes role, content, finish and [DONE]', () => {
    const { chunks, last } = streamed(greeting)
    expect(deltasOf({ chunks, last })).toEqual([
      [{ role: 'assistant', content: '' }, null],
      [{ content: 'Hé\n' }, null],
      [{}, 'length'],
    ])
    for (const chunk of chunks) {
      expect(chunk).toMatchObject({ ...head, object: 'chat.completion.chunk' })
      expect(chunk).not.toHaveProperty('usage')
    }
    expect(last).toBe('[DONE]')
  })

  it('writes thoughts and calls', () => {
    expect(deltasOf(streamed(calls))).toEqual([
      [{ role: 'assistant', content: '' }, null],
      [{ reasoning_content: 'hm' }, null],
      callDelta(0, { id: 'c1', type: 'function', function: { name: 'add', arguments: '' } }),
      callDelta(0, { function: { arguments: '{"a":' } }),
      callDelta(0, { function: { arguments: ' 1}' } }),
      callDelta(1, { id: 'c2', type: 'function', function: { name: 'now', arguments: '' } }),
      callDelta(1, { function: { arguments: '{}' } }),
      [{}, 'tool_calls'],
    ])
    expect(deltasOf(streamed(calls.slice(1)))[0]).toEqual([{ role: 'assistant', content: null }, null])
  })

  it('writes a call of a function for who asked with functions', () => {
    expect(deltasOf(streamed(calls, { usesFunctions: true })).slice(2)).toEqual([
      [{ function_call: { name: 'add', arguments: '' } }, null],
      [{ function_call: { arguments: '{"a":' } }, null],
      [{ function_call: { arguments: ' 1}' } }, null],
      [{}, 'function_call'],
    ])
  })

  it('begins and ends each choice', () => {
    const { chunks } = streamed(pair)
    expect(
      chunks.map(({ choices }) => [choices[0].index, choices[0].delta.role ?? choices[0].finish_reason]),
    ).toEqual([
      [1, 'assistant'],
      [1, null],
      [0, 'assistant'],
      [0, null],
      [1, 'stop'],
      [0, 'length'],
    ])
  })

  it('writes log-probabilities beside the content that they are of', () => {
    const { chunks } = streamed(probable, { logprobs: true })
    expect(chunks.map(({ choices }) => choices[0].logprobs)).toEqual([null, encodedLogprobs, null, null])
  })

  it('writes the usage in a chunk of its own where it was asked for', () => {
    const { chunks } = streamed(greeting, { includeUsage: true })
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: encodedUsage })
    expect(chunks.slice(0, -1).map((chunk) => chunk.usage)).toEqual([null, null, null])
  })

  it('writes a failure as an error chunk', () => {
    const encoder = createChatStreamEncoder(head, plain)
    const data = encoder.fail(new LlmdError('engine_failed', 'It broke.', { hint: 'Try again.' }))
    expect(data.map((line) => JSON.parse(line))).toEqual([
      {
        ...head,
        object: 'chat.completion.chunk',
        error: { message: 'It broke. Try again.', type: 'server_error', param: null, code: 'engine_failed' },
        choices: [{ index: 0, delta: {}, finish_reason: 'error' }],
      },
    ])
  })

  it('takes an answer without its finish for a failure', () => {
    const { last } = streamed(greeting.slice(0, -1))
    expect(JSON.parse(last ?? '')).toMatchObject({ error: { code: 'engine_failed' } })
  })
})

describe.skipIf(!openAiSchemas)("OpenAI's own schemas (skipped without a copy of them)", () => {
  const cases: [string, ChatEvent[], Partial<AnswerShape> & { choices?: number }][] = [
    ['words', greeting, {}],
    ['calls', calls, {}],
    ['functions', calls, { usesFunctions: true }],
    ['choices', pair, { choices: 2 }],
    ['log-probabilities', probable, { logprobs: true }],
  ]

  it.each(cases)('fit an answer of %s', async (_name, events, options) => {
    expect(schemaDifferences('CreateChatCompletionResponse', await whole(events, options))).toEqual([])
  })

  it.each(cases)('fit every chunk of %s', (_name, events, shape) => {
    const { chunks } = streamed(events, { ...shape, includeUsage: true })
    expect(chunks.flatMap((chunk) => schemaDifferences('CreateChatCompletionStreamResponse', chunk))).toEqual(
      [],
    )
  })

  it('fit an error', () => {
    const error = encodeOpenAiError(new LlmdError('model_not_found', 'No.'))
    expect(schemaDifferences('ErrorResponse', error)).toEqual([])
  })

  it('are really checked', async () => {
    const broken = { ...(await whole(greeting)), created: 'today' }
    expect(schemaDifferences('CreateChatCompletionResponse', broken)).toEqual(['$.created: not integer'])
  })
})
