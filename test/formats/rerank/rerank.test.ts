import { describe, expect, it } from 'vitest'
import { decodeRerank } from '../../../src/formats/rerank/decode-request.ts'
import { encodeRerank } from '../../../src/formats/rerank/encode-response.ts'
import { refusal } from '../refusal.ts'

const least = { model: 'm', query: 'q', documents: ['a', { text: 'b' }, 'c'] }

describe('decodeRerank', () => {
  it('reads what is asked', () => {
    expect(decodeRerank(least)).toEqual({
      request: { query: 'q', documents: ['a', 'b', 'c'] },
      model: 'm',
      returnDocuments: false,
      dropped: [],
    })
    expect(decodeRerank({ ...least, top_n: 2, return_documents: true, rank_fields: ['x'] })).toMatchObject({
      top: 2,
      returnDocuments: true,
      dropped: ['rank_fields'],
    })
  })

  it.each([
    [{ query: null }, 'query'],
    [{ documents: [] }, 'documents'],
    [{ documents: 'a' }, 'documents'],
    [{ documents: [1] }, 'documents[0]'],
    [{ documents: ['a', { title: 'b' }] }, 'documents[1]'],
    [{ top_n: 0 }, 'top_n'],
    [{ return_documents: 'yes' }, 'return_documents'],
  ])('refuses %j and names the field', (fields, param) => {
    expect(refusal(() => decodeRerank({ ...least, ...fields }))).toMatchObject({
      code: 'invalid_request',
      param,
    })
  })
})

describe('encodeRerank', () => {
  const result = { scores: [0.1, 0.9, 0.1], promptTokens: 12 }
  const encode = (fields: object = {}) =>
    encodeRerank(result, { id: 'req_1', asked: decodeRerank({ ...least, ...fields }) })

  it('puts the most relevant first, and equals in the order of the request', () => {
    expect(encode()).toEqual({
      id: 'req_1',
      object: 'list',
      model: 'm',
      results: [
        { index: 1, relevance_score: 0.9 },
        { index: 0, relevance_score: 0.1 },
        { index: 2, relevance_score: 0.1 },
      ],
      usage: { prompt_tokens: 12, total_tokens: 12 },
    })
  })

  it('names as many as were asked for, with their texts', () => {
    expect(encode({ top_n: 1, return_documents: true }).results).toEqual([
      { index: 1, relevance_score: 0.9, document: { text: 'b' } },
    ])
  })
})
