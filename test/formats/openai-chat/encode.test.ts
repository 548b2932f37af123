import { describe, expect, it } from 'vitest'
import { LlmdError } from '../../../src/errors.ts'
import { encodeChatCompletion } from '../../../src/formats/openai-chat/encode-response.ts'
import { createChatStreamEncoder } from '../../../src/formats/openai-chat/encode-stream.ts'
import { encodeOpenAiError } from '../../../src/formats/openai-chat/errors.ts'
import { openAiSchemas, schemaErrors } from '../check-schema.ts'

const head = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'owner/name' }
const usage = { promptTokens: 5, completionTokens: 2, cachedTokens: 1 }
const encodedUsage = {
  prompt_tokens: 5,
  completion_tokens: 2,
  total_tokens: 7,
  prompt_tokens_details: { cached_tokens: 1, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
}

/** A whole stream as its client would read it. */
function streamed({ includeUsage }: { includeUsage: boolean }) {
  const encoder = createChatStreamEncoder(head, { includeUsage })
  const data = [
    ...encoder.begin(),
    ...encoder.event({ type: 'text-delta', text: 'Hé\n' }),
    ...encoder.event({ type: 'finish', reason: 'length', usage }),
    ...encoder.end(),
  ]
  return { chunks: data.slice(0, -1).map((line) => JSON.parse(line)), last: data.at(-1) }
}

describe('encodeChatCompletion', () => {
  it('writes the whole answer', () => {
    expect(encodeChatCompletion(head, { text: 'Hello', reason: 'stop', usage })).toEqual({
      ...head,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: encodedUsage,
    })
  })
})

describe('createChatStreamEncoder', () => {
  it('writes role, content, finish and [DONE]', () => {
    const { chunks, last } = streamed({ includeUsage: false })
    expect(chunks.map((chunk) => [chunk.choices[0].delta, chunk.choices[0].finish_reason])).toEqual([
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

  it('writes the usage in a chunk of its own where it was asked for', () => {
    const { chunks } = streamed({ includeUsage: true })
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: encodedUsage })
    expect(chunks.slice(0, -1).map((chunk) => chunk.usage)).toEqual([null, null, null])
  })

  it('writes a failure as an error chunk', () => {
    const encoder = createChatStreamEncoder(head, { includeUsage: false })
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
    const encoder = createChatStreamEncoder(head, { includeUsage: false })
    encoder.event({ type: 'text-delta', text: 'Hel' })
    const data = encoder.end()
    expect(data).toHaveLength(1)
    expect(JSON.parse(data[0] ?? '')).toMatchObject({ error: { code: 'engine_failed' } })
  })
})

/** Where a value differs from the schema of that name. */
function differences(name: string, value: unknown): string[] {
  const schemas = openAiSchemas ?? {}
  const schema = schemas[name]
  return schema ? schemaErrors(schemas, schema, value) : [`no schema ${name}`]
}

describe.skipIf(!openAiSchemas)("OpenAI's own schemas (skipped without a copy of them)", () => {
  const answer = encodeChatCompletion(head, { text: 'Hello', reason: 'stop', usage })

  it('fit the answer', () => {
    expect(differences('CreateChatCompletionResponse', answer)).toEqual([])
  })

  it('fit every chunk', () => {
    const { chunks } = streamed({ includeUsage: true })
    expect(chunks.flatMap((chunk) => differences('CreateChatCompletionStreamResponse', chunk))).toEqual([])
  })

  it('fit an error', () => {
    const error = encodeOpenAiError(new LlmdError('model_not_found', 'No.'))
    expect(differences('ErrorResponse', error)).toEqual([])
  })

  it('are really checked', () => {
    const broken = { ...answer, created: 'today' }
    expect(differences('CreateChatCompletionResponse', broken)).toEqual(['$.created: not integer'])
  })
})
