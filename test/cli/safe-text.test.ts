import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safe, safeJson, safeLines } from '../../src/cli/safe-text.ts'

const hostile = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u
const anyText = fc.string({ unit: 'binary' })
const hostileText = fc
  .array(
    fc.constantFrom(
      'a',
      '\u001b',
      '\u009b',
      '\u009d',
      '\u202e',
      '\u2066',
      '\u200b',
      '\ufeff',
      '\r',
      '\n',
      '\t',
      '\u0000',
    ),
  )
  .map((parts) => parts.join(''))

describe('safe', () => {
  it('leaves nothing that moves, hides or turns text', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, hostileText), (text) => {
        expect(safe(text)).not.toMatch(hostile)
      }),
    )
  })

  it('keeps what people write', () => {
    for (const text of ['qwen3:8b', 'Grüße, 日本語 مرحبا 👍', 'naïve — “quoted”'])
      expect(safe(text)).toBe(text)
  })

  it('puts lines into one', () => {
    expect(safe('one\r\n\ttwo')).toBe('one two')
  })
})

describe('safeLines', () => {
  it('keeps lines, tabs and the joiners of scripts and emoji', () => {
    const text = 'one\n\ttwo می‌خواهم 👨‍👩‍👧'
    expect(safeLines(text)).toBe(text)
  })

  it('takes out the rest', () => {
    expect(safeLines('a\u001b[31mred\u001b[0m\r\u009b2J\u202eb\u0007')).toBe('a[31mred[0m2Jb')
  })
})

describe('safeJson', () => {
  it('says the same with nothing hostile in it', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, hostileText), (text) => {
        const json = safeJson({ text })
        expect(JSON.parse(json)).toEqual({ text })
        expect(json.replaceAll('\n', '')).not.toMatch(hostile)
      }),
    )
  })
})
