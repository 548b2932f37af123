import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTokenText } from '../../../src/inference/engine/token-text.ts'

const replacementCharacter = '\uFFFD'

/** A vocabulary of byte strings, read as llama.cpp does it: what is not whole shows as U+FFFD. */
function vocabulary(tokens: readonly Uint8Array[]) {
  return {
    detokenize: (wanted: readonly number[]) =>
      Buffer.concat(wanted.map((token) => tokens[token] ?? new Uint8Array())).toString('utf8'),
  }
}

function decode(tokens: readonly Uint8Array[]): { pieces: string[]; text: string } {
  const text = createTokenText(vocabulary(tokens))
  const pieces = [...tokens.keys()].map((token) => text.push(token))
  return { pieces, text: pieces.join('') + text.end() }
}

function split(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const parts: Uint8Array[] = []
  for (let start = 0; start < bytes.length; start += sizes[(parts.length - 1) % sizes.length] ?? 1) {
    parts.push(bytes.subarray(start, start + (sizes[parts.length % sizes.length] ?? 1)))
  }
  return parts
}

const text = fc
  .string({
    unit: fc.oneof(fc.constantFrom('é', '☕', '🙂', 'a'), fc.string({ unit: 'binary', minLength: 1 })),
  })
  .map((value) => value.toWellFormed().replaceAll(replacementCharacter, ''))

describe('createTokenText', () => {
  test('gives exactly the text, however its bytes are spread over tokens, and never half a character', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(text, sizes, (whole, parts) => {
        const decoded = decode(split(Buffer.from(whole), parts))
        expect(decoded.text).toBe(whole)
        expect(decoded.pieces.join('')).not.toContain(replacementCharacter)
      }),
      { numRuns: 500 },
    )
  })

  test('shows a character with the token that completes it', () => {
    const cup = Buffer.from('☕')
    expect(decode([cup.subarray(0, 1), cup.subarray(1, 2), cup.subarray(2)]).pieces).toEqual(['', '', '☕'])
  })

  test('shows what is whole of a token that ends within a character', () => {
    const { pieces } = decode([Buffer.from('aé').subarray(0, 2), Buffer.from('é').subarray(1)])
    expect(pieces).toEqual(['a', 'é'])
  })

  test('an answer that ends within a character ends with a replacement character', () => {
    const decoded = decode([Buffer.from('a'), Buffer.from('☕').subarray(0, 2)])
    expect(decoded).toEqual({ pieces: ['a', ''], text: `a${replacementCharacter}` })
  })

  test('bytes that never become a character do not hold the answer up for more than three tokens', () => {
    const broken = Uint8Array.of(0xff)
    const decoded = decode([broken, broken, broken, broken, Buffer.from('a')])
    expect(decoded.pieces).toEqual(['', '', '', replacementCharacter.repeat(4), 'a'])
  })

  test('replacement characters that the model itself writes come out', () => {
    const own = Buffer.from(replacementCharacter)
    expect(decode(Array.from({ length: 9 }, () => own)).text).toBe(replacementCharacter.repeat(9))
  })

  test('tokens without text give none', () => {
    expect(decode([new Uint8Array(), Buffer.from('a'), new Uint8Array()]).pieces).toEqual(['', 'a', ''])
  })
})
