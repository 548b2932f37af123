import { describe, expect, it } from 'vitest'
import { decodeDetokenize } from '../../../src/formats/prompt-tools/decode-detokenize.ts'
import { decodeTokenize } from '../../../src/formats/prompt-tools/decode-tokenize.ts'
import { refusal } from '../refusal.ts'

describe('decodeTokenize', () => {
  it('reads what is asked; special tokens count unless told otherwise', () => {
    expect(decodeTokenize({ model: 'm', content: 'a', add_special: false, x: 1 })).toEqual({
      model: 'm',
      content: 'a',
      special: true,
      dropped: ['x'],
    })
    expect(decodeTokenize({ model: 'm', content: '', parse_special: false }).special).toBe(false)
  })

  it.each([
    [{ content: 1 }, 'invalid_request', 'content'],
    [{ parse_special: 1 }, 'invalid_request', 'parse_special'],
    [{ add_special: true }, 'unsupported_parameter', 'add_special'],
    [{ with_pieces: true }, 'unsupported_parameter', 'with_pieces'],
  ])('refuses %j', (fields, code, param) => {
    expect(refusal(() => decodeTokenize({ model: 'm', content: 'a', ...fields }))).toMatchObject({
      code,
      param,
    })
  })
})

describe('decodeDetokenize', () => {
  it('reads what is asked', () => {
    expect(decodeDetokenize({ model: 'm', tokens: [] })).toEqual({ model: 'm', tokens: [], dropped: [] })
    expect(decodeDetokenize({ model: 'm', tokens: [0, 5] }).tokens).toEqual([0, 5])
  })

  it.each([{ tokens: null }, { tokens: ['a'] }, { tokens: [-1] }, { tokens: [1.5] }])(
    'refuses %j',
    (fields) => {
      expect(refusal(() => decodeDetokenize({ model: 'm', ...fields }))).toMatchObject({
        code: 'invalid_request',
        param: 'tokens',
      })
    },
  )
})
