import { describe, expect, it } from 'vitest'
import type { ChatEvent, TokenLogprob } from '../../../src/chat/event.ts'
import { LlmdError } from '../../../src/errors.ts'
import { collectAnswer } from '../../../src/formats/collect-answer.ts'
import { encodeCompletion } from '../../../src/formats/openai-completions/encode-response.ts'
import { createCompletionStreamEncoder } from '../../../src/formats/openai-completions/encode-stream.ts'
import { createLegacyLogprobs } from '../../../src/formats/openai-completions/legacy-logprobs.ts'
import { openAiSchemas } from '../check-schema.ts'
import { eventsOf } from '../events-of.ts'
import { schemaDifferences } from '../schema-differences.ts'

const head = { id: 'cmpl-1', created: 1_700_000_000, model: 'owner/name' }
const usage = { promptTokens: 5, completionTokens: 2, cachedTokens: 1, reasoningTokens: 0 }

const word = (token: string, logprob: number) => ({ token, bytes: [...Buffer.from(token)], logprob })
const events: ChatEvent[] = [
  {
    choice: 0,
    type: 'text-delta',
    text: 'a😀',
    logprobs: [
      { ...word('a', -1), top: [word('b', -0.5), word('a', -1)] },
      { ...word('😀', -2), top: [word('c', -0.1), word('d', -0.2)] },
    ],
  },
  { choice: 0, type: 'text-delta', text: 'z', logprobs: [{ ...word('z', -3), top: [] }] },
  { choice: 0, type: 'choice-finish', reason: 'length' },
  { type: 'finish', usage },
]
const first = {
  tokens: ['a', '😀'],
  token_logprobs: [-1, -2],
  top_logprobs: [
    { b: -0.5, a: -1 },
    { c: -0.1, d: -0.2, '😀': -2 },
  ],
  text_offset: [0, 1],
}
const second = { tokens: ['z'], token_logprobs: [-3], top_logprobs: [{ z: -3 }], text_offset: [2] }

const whole = async (logprobs: boolean) =>
  encodeCompletion(head, await collectAnswer(eventsOf(events), 1), { logprobs })

function streamed(options: { includeUsage: boolean; logprobs: boolean }) {
  const encoder = createCompletionStreamEncoder(head, options)
  const data = [...events.flatMap((event) => encoder.event(event)), ...encoder.end()]
  return { chunks: data.slice(0, -1).map((line) => JSON.parse(line)), last: data.at(-1) }
}

describe('encodeCompletion', () => {
  it('writes the whole answer', async () => {
    expect(await whole(false)).toMatchObject({
      ...head,
      object: 'text_completion',
      choices: [{ index: 0, text: 'a😀z', logprobs: null, finish_reason: 'length' }],
      usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
    })
  })

  it('writes log-probabilities in columns, offsets in characters', async () => {
    const { choices } = await whole(true)
    expect(choices[0]?.logprobs).toEqual({
      tokens: [...first.tokens, ...second.tokens],
      token_logprobs: [...first.token_logprobs, ...second.token_logprobs],
      top_logprobs: [...first.top_logprobs, ...second.top_logprobs],
      text_offset: [...first.text_offset, ...second.text_offset],
    })
  })
})

const encode = (logprobs: TokenLogprob[]) => createLegacyLogprobs().encode(logprobs)

describe('log-probabilities of an echo', () => {
  it('begin with a token that has none', () => {
    const alone: TokenLogprob = { token: 'a', bytes: [97], logprob: null, top: [] }
    expect(encode([alone, { ...word('b', -2), top: [word('c', -1)] }])).toEqual({
      tokens: ['a', 'b'],
      token_logprobs: [null, -2],
      top_logprobs: [null, { c: -1, b: -2 }],
      text_offset: [0, 1],
    })
  })

  it('count characters that several tokens make once, and hidden tokens not at all', () => {
    const part = { token: '\uFFFD', bytes: null, logprob: -1, top: [] }
    const tokens = [
      { ...part, characters: 0 },
      { ...part, characters: 1 },
      { ...word('<end>', -1), top: [], characters: 0 },
      { ...word('x', -1), top: [] },
    ]
    expect(encode(tokens).text_offset).toEqual([0, 0, 1, 1])
  })

  it('tell of the likeliest where tokens look alike', () => {
    const alike = { token: '\uFFFD', bytes: null }
    const [top] = encode([{ ...alike, logprob: -5, top: [{ ...alike, logprob: -1 }] }]).top_logprobs
    expect(top).toEqual({ '\uFFFD': -1 })
  })
})

describe('createCompletionStreamEncoder', () => {
  it('writes text, finish, usage and [DONE]', () => {
    const { chunks, last } = streamed({ includeUsage: true, logprobs: false })
    expect(chunks.map(({ choices }) => choices[0])).toEqual([
      { index: 0, text: 'a😀', logprobs: null, finish_reason: null },
      { index: 0, text: 'z', logprobs: null, finish_reason: null },
      { index: 0, text: '', logprobs: null, finish_reason: 'length' },
      undefined,
    ])
    expect(chunks.map((chunk) => chunk.usage?.total_tokens ?? null)).toEqual([null, null, null, 7])
    for (const chunk of chunks) expect(chunk).toMatchObject({ ...head, object: 'text_completion' })
    expect(last).toBe('[DONE]')
  })

  it('writes log-probabilities whose offsets go on from piece to piece', () => {
    const { chunks } = streamed({ includeUsage: false, logprobs: true })
    expect(chunks.map(({ choices }) => choices[0].logprobs)).toEqual([first, second, null])
  })

  it('writes a failure as an error chunk', () => {
    const encoder = createCompletionStreamEncoder(head, { includeUsage: false, logprobs: false })
    const data = encoder.fail(new LlmdError('engine_failed', 'It broke.'))
    expect(data.map((line) => JSON.parse(line))).toMatchObject([
      { error: { code: 'engine_failed' }, choices: [{ finish_reason: 'error' }] },
    ])
  })
})

describe.skipIf(!openAiSchemas)("OpenAI's own schemas (skipped without a copy of them)", () => {
  it.each([true, false])('fit the answer; log-probabilities %s', async (logprobs) => {
    expect(schemaDifferences('CreateCompletionResponse', await whole(logprobs))).toEqual([])
  })

  it('fit the chunks that end an answer', () => {
    const { chunks } = streamed({ includeUsage: false, logprobs: true })
    expect(schemaDifferences('CreateCompletionResponse', chunks.at(-1))).toEqual([])
  })
})
