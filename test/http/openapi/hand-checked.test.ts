import { describe, expect, it } from 'vitest'
import { chatCompletionSchema } from '../../../src/formats/openai-chat/schema.ts'
import { completionSchema } from '../../../src/formats/openai-completions/schema.ts'
import { embeddingSchema } from '../../../src/formats/openai-embeddings/decode-request.ts'
import { detokenizeSchema } from '../../../src/formats/prompt-tools/decode-detokenize.ts'
import { rerankSchema } from '../../../src/formats/rerank/decode-request.ts'
import { createDocument } from '../../../src/http/openapi/create-document.ts'
import { openDocument } from './open-document.ts'

const { refusal } = openDocument(createDocument())

const user = { role: 'user', content: 'Hello' }
const chat = { model: 'm', messages: [user] }
const text = { model: 'm', prompt: 'Hello' }

/** What is checked by hand: the document says of it what the code does. */
const cases = [
  [chatCompletionSchema, chat, 'stop', ['.', [], ['a', 'b'], null], [1, ['a', 1], Array(17).fill('a')]],
  [
    chatCompletionSchema,
    chat,
    'logit_bias',
    [{}, { 12: -100 }, null],
    [[], { a: 1 }, { 1: 101 }, { 1: '1' }],
  ],
  [chatCompletionSchema, chat, 'messages', [[user], [user, user]], [[], {}, 'a', [user, { role: 'nobody' }]]],
  [
    chatCompletionSchema,
    chat,
    'tools',
    [[], [{ type: 'function', function: { name: 'f' } }], null],
    [{}, [{ type: 'other' }], [{ type: 'function', function: { name: 'a b' } }]],
  ],
  [
    completionSchema,
    text,
    'prompt',
    ['', 'a', [1], ['a', ''], [[1], [2, 3]]],
    [[], 1, [-1], [1.5], [[]], ['a', 1]],
  ],
  [
    embeddingSchema,
    { model: 'm', input: 'a' },
    'input',
    ['a', [1], ['a'], [[1]]],
    ['', [], [''], [[]], [2 ** 31]],
  ],
  [detokenizeSchema, { model: 'm', tokens: [1] }, 'tokens', [[], [0, 1]], ['a', ['a'], [-1], 1]],
  [
    rerankSchema,
    { model: 'm', query: 'q', documents: ['a'] },
    'documents',
    [['a'], [{ text: 'a' }]],
    [[], 'a', [{}], Array(2049).fill('a')],
  ],
] as const

describe.each(cases)('%#: $2', (schema, base, field, taken, refused) => {
  it.each(taken.map((value) => ({ value })))('may be $value', ({ value }) => {
    const body = { ...base, [field]: value }
    expect(schema.safeParse(body).success).toBe(true)
    expect(refusal(schema, body)).toBe(null)
  })

  it.each(refused.map((value) => ({ value })))('may not be $value', ({ value }) => {
    const body = { ...base, [field]: value }
    expect(schema.safeParse(body).success).toBe(false)
    expect(refusal(schema, body)).not.toBe(null)
  })
})

describe('messages', () => {
  it.each([
    ['Hello', true],
    [[{ type: 'text', text: 'Hello' }], true],
    [[], false],
    [[{ text: 'Hello' }], false],
    [1, false],
  ])('with the content %j', (content, taken) => {
    const body = { model: 'm', messages: [{ role: 'user', content }] }
    expect(chatCompletionSchema.safeParse(body).success).toBe(taken)
    expect(refusal(chatCompletionSchema, body) === null).toBe(taken)
  })
})
