import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { displayWidth, shorten } from '../../src/cli/display-width.ts'
import { formatPairs, formatTable } from '../../src/cli/table.ts'

describe('displayWidth', () => {
  it.each([
    ['abc', 3],
    ['日本語', 6],
    ['한국어', 6],
    ['ｶﾀｶﾅ', 4],
    ['Ｆ', 2],
    ['é', 1],
    ['👍🏽', 2],
    ['👨‍👩‍👧', 2],
    ['❤️', 2],
    ['🇩🇪', 2],
    ['…', 1],
  ])('of %s is %i', (text, width) => expect(displayWidth(text)).toBe(width))
})

describe('shorten', () => {
  it('cuts between characters, never through one', () => {
    expect(shorten('日本語', 6)).toBe('日本語')
    expect(shorten('日本語', 5)).toBe('日本…')
    expect(shorten('日本語', 4)).toBe('日…')
  })
})

describe('formatTable', () => {
  it('aligns columns, also under wide characters', () => {
    expect(
      formatTable(
        ['NAME', 'SIZE'],
        [
          ['日本', '1 kB'],
          ['abcdef', '20 MB'],
        ],
      ),
    ).toBe(['NAME    SIZE', '日本    1 kB', 'abcdef  20 MB'].join('\n'))
  })

  it('shortens the widest column until all fit', () => {
    const table = formatTable(['NAME', 'SOURCE'], [['demo', '/a/very/long/path/to/a/model.gguf']], 20)
    expect(table.split('\n')[1]).toBe('demo  /a/very/long/…')
  })

  it('keeps a row on its line and the terminal as it is', () => {
    const table = formatTable(['NAME', 'STATE'], [['evil\u001b[2J\nname', '\u202eready']])
    expect(table.split('\n')[1]).toBe('evil[2J name  ready')
  })

  it('never gets wider than it may', () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 60 })
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell)), fc.integer({ min: 20, max: 120 }), (rows, width) => {
        for (const line of formatTable(['A', 'B', 'C'], rows, width).split('\n')) {
          expect(displayWidth(line)).toBeLessThanOrEqual(width)
        }
      }),
    )
  })
})

describe('formatPairs', () => {
  it('puts the values below one another', () => {
    expect(
      formatPairs([
        ['Name', 'x'],
        ['Quantization', 'Q8_0'],
      ]),
    ).toBe('Name          x\nQuantization  Q8_0')
  })
})
