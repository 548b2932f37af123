import { array, assert, float, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEmbedding } from '../../../src/formats/openai-embeddings/decode-request.ts'
import { encodeEmbedding } from '../../../src/formats/openai-embeddings/encode-response.ts'
import { openAiSchemas } from '../check-schema.ts'
import { refusal } from '../refusal.ts'
import { schemaDifferences } from '../schema-differences.ts'

describe('decodeEmbedding', () => {
  it.each([
    ['a', ['a']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [[1, 2], [[1, 2]]],
    [
      [[1], [2, 3]],
      [[1], [2, 3]],
    ],
  ])('reads the input %j', (input, inputs) => {
    expect(decodeEmbedding({ model: 'm', input })).toEqual({
      request: { inputs },
      model: 'm',
      encoding: 'float',
      dropped: [],
    })
  })

  it('reads every parameter it honours, and names what it drops', () => {
    const body = {
      model: 'm',
      input: 'a',
      encoding_format: 'base64',
      dimensions: 64,
      user: 'u',
      input_type: 'q',
    }
    expect(decodeEmbedding(body)).toEqual({
      request: { inputs: ['a'], dimensions: 64 },
      model: 'm',
      encoding: 'base64',
      dropped: ['input_type'],
    })
  })

  it.each([
    [{ input: '' }, 'input'],
    [{ input: [] }, 'input'],
    [{ input: ['a', ''] }, 'input'],
    [{ input: [[]] }, 'input'],
    [{ input: ['a', 1] }, 'input'],
    [{ input: Array.from({ length: 2049 }, () => 'a') }, 'input'],
    [{ input: null }, 'input'],
    [{ dimensions: 0 }, 'dimensions'],
    [{ encoding_format: 'int8' }, 'encoding_format'],
    [{ model: '' }, 'model'],
  ])('refuses %j and names the field', (fields, param) => {
    const error = refusal(() => decodeEmbedding({ model: 'm', input: 'a', ...fields }))
    expect(error).toMatchObject({ code: 'invalid_request', param })
  })

  it('takes as many tokens as there are, of one input', () => {
    const input = Array.from({ length: 5000 }, (_, index) => index)
    expect(decodeEmbedding({ model: 'm', input }).request.inputs).toEqual([input])
  })
})

describe('encodeEmbedding', () => {
  const result = { vectors: [[0.6, -0.8], [1]], promptTokens: 3 }

  it('writes numbers', () => {
    const answer = encodeEmbedding(result, { model: 'm', encoding: 'float' })
    expect(answer).toEqual({
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [0.6, -0.8] },
        { object: 'embedding', index: 1, embedding: [1] },
      ],
      model: 'm',
      usage: { prompt_tokens: 3, total_tokens: 3 },
    })
    if (openAiSchemas) expect(schemaDifferences('CreateEmbeddingResponse', answer)).toEqual([])
  })

  it('writes base64 of little-endian floats', () => {
    assert(
      property(array(float({ noNaN: true })), (vector) => {
        const { data } = encodeEmbedding(
          { vectors: [vector], promptTokens: 1 },
          { model: 'm', encoding: 'base64' },
        )
        const bytes = Buffer.from(String(data[0]?.embedding), 'base64')
        expect(vector.map((_, index) => bytes.readFloatLE(index * 4))).toEqual(vector)
        expect(bytes).toHaveLength(vector.length * 4)
      }),
    )
  })
})
