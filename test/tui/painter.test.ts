import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPainter } from '../../src/tui/screen/create-painter.ts'
import { encodeLine } from '../../src/tui/screen/encode-line.ts'
import { span, type Line } from '../../src/tui/screen/span.ts'
import { createTheme } from '../../src/tui/screen/theme.ts'

const many = createTheme({ colours: 256, env: {} })
const plain = { theme: createTheme({ colours: 2, env: {} }), unicode: true }

describe('a line', () => {
  it('has the colours of the terminal, or none', () => {
    const line: Line = [span('a', 'good'), { ...span('b'), ground: 'selected' }]
    const encoded = (colours: number, env = {}) =>
      encodeLine(line, 2, { theme: createTheme({ colours, env }), unicode: true })
    expect(encoded(256)).toBe('\u001b[38;5;114ma\u001b[m\u001b[48;5;24;38;5;255mb\u001b[m')
    expect(encoded(16)).toBe('\u001b[92ma\u001b[m\u001b[97;44mb\u001b[m')
    expect(encoded(8)).toBe('\u001b[32ma\u001b[m\u001b[7mb\u001b[m')
    expect(encoded(256, { NO_COLOR: '1' })).toBe('a\u001b[7mb\u001b[m')
  })

  it('is cut at the width, and erases what stood behind it', () => {
    expect(encodeLine([span('abcdef')], 4, plain)).toBe('abcd')
    expect(encodeLine([span('ab')], 4, plain)).toBe('ab\u001b[K')
  })

  it('puts the cursor where llmd takes a wide character to end', () => {
    expect(encodeLine([span('日x')], 4, plain)).toBe('  \u001b[1G日\u001b[3Gx\u001b[K')
    // Half of one is none.
    expect(encodeLine([span('ab日')], 3, plain)).toBe('ab\u001b[K')
  })

  it('is ASCII where the terminal shows no more', () => {
    expect(encodeLine([span('╭─ ●⣿⢀日…')], 20, { ...plain, unicode: false })).toBe('+- *#.?~\u001b[K')
  })

  it('lets nothing through that moves, hides, turns or colours text', () => {
    const hostile = fc
      .string({ unit: 'binary', maxLength: 40 })
      .map((text) => `\u001b[2J\u009b31m\r\n\u202e{red-fg}${text}`)
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 50 }), (text, width) => {
        // Also where a view forgot to make it safe.
        const encoded = encodeLine([{ text }], width, { theme: many, unicode: true })
        // What is left besides the text are the painter's own ways of placing it.
        const own = encoded.replaceAll(/\[(\d+G|K)/g, '').replaceAll('\u001b', '')
        expect(own).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff]/u)
      }),
    )
  })
})

describe('a painter', () => {
  it('writes the rows that changed, and all of them once they are forgotten', () => {
    const painter = createPainter(plain)
    const size = { width: 3, height: 2 }
    expect(painter.paint([[span('abc')], [span('def')]], size)).toBe('\u001b[1;1Habc\u001b[2;1Hdef')
    expect(painter.paint([[span('abc')], [span('xyz')]], size)).toBe('\u001b[2;1Hxyz')
    expect(painter.paint([[span('abc')], [span('xyz')]], size)).toBe('')
    painter.forget()
    expect(painter.paint([[span('abc')], [span('xyz')]], size)).toBe('\u001b[1;1Habc\u001b[2;1Hxyz')
    expect(painter.paint([[span('abc')]], { width: 3, height: 1 })).toBe('\u001b[1;1Habc')
  })
})
