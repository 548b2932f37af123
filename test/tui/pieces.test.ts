import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { displayWidth } from '../../src/cli/display-width.ts'
import { editText } from '../../src/tui/app/edit-text.ts'
import { shortDuration } from '../../src/tui/app/short-duration.ts'
import { advanceTraffic, countTraffic, emptyTraffic, rateOf } from '../../src/tui/app/traffic.ts'
import { bar } from '../../src/tui/draw/bar.ts'
import { box } from '../../src/tui/draw/box.ts'
import { fit, wrap } from '../../src/tui/draw/fit.ts'
import { graph } from '../../src/tui/draw/graph.ts'
import { layoutColumns } from '../../src/tui/draw/table.ts'
import { span, textOf, widthOf } from '../../src/tui/screen/span.ts'
import { createKeyReader } from '../../src/tui/screen/create-key-reader.ts'
import { finished } from './samples.ts'
import { noon } from './open-app.ts'

const anyText = fc.string({ unit: 'grapheme', maxLength: 30 })
const anyWidth = fc.integer({ min: 4, max: 60 })

describe('what is drawn', () => {
  it('fits into exactly so many columns', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 4 }), anyWidth, (texts, width) => {
        expect(
          widthOf(
            fit(
              texts.map((text) => span(text)),
              width,
            ),
          ),
        ).toBe(width)
        const lines = box(
          { title: texts[0] ?? '', note: [span('note')], lines: [texts.map((text) => span(text))] },
          { width, height: 3 },
        )
        for (const line of lines) expect(widthOf(line)).toBe(width)
      }),
    )
  })

  it('is wrapped without a loss', () => {
    fc.assert(
      fc.property(anyText, anyWidth, (text, width) => {
        const lines = wrap(text, width)
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width)
        expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''))
      }),
    )
  })

  test('a bar shows a little as something, and nearly all as not all', () => {
    expect(textOf([bar(0, 5)])).toBe('░░░░░')
    expect(textOf([bar(0.001, 5)])).toBe('█░░░░')
    expect(textOf([bar(0.999, 5)])).toBe('████░')
    expect(textOf([bar(1, 5)])).toBe('█████')
    expect(textOf([bar(Number.NaN, 5)])).toBe('░░░░░')
  })

  test('a graph reaches the upper edge at its highest value', () => {
    expect(textOf(graph([0, 1, 2, 3, 4, 5, 6, 7, 8, 0], { width: 5, height: 2 }))).toBe('  ⢀⣴⡇\n⢀⣴⣿⣿⡇')
    expect(textOf(graph([1], { width: 3, height: 1 }))).toBe('  ⢸')
    expect(textOf(graph([], { width: 3, height: 1 }))).toBe('')
  })

  test('a table leaves columns out where there is no room, the least important first', () => {
    const columns = [
      { title: 'A', width: 10, grows: true },
      { title: 'B', width: 10, drop: 1 },
      { title: 'C', width: 10, drop: 2 },
    ]
    const titles = (width: number) => layoutColumns(columns, width).map(({ title }) => title)
    expect(titles(34)).toEqual(['A', 'B', 'C'])
    expect(titles(33)).toEqual(['A', 'B'])
    expect(titles(5)).toEqual(['A'])
    expect(layoutColumns(columns, 50)[0]?.width).toBe(26)
  })
})

describe('traffic', () => {
  it('counts requests as they end, and spreads tokens over the time they took', () => {
    const ended = [finished('a', { ms: 4200, first_byte_ms: 200, completion_tokens: 200 })]
    const traffic = countTraffic(emptyTraffic(noon), ended, noon + 10_000)
    expect(traffic.requests.slice(-3)).toEqual([0, 0, 1])
    expect(traffic.tokens.slice(-6)).toEqual([0, 0, 50, 50, 50, 50])
    const later = advanceTraffic(traffic, noon + 12_500)
    expect(later.requests.slice(-4)).toEqual([0, 1, 0, 0])
    expect(rateOf(later.tokens)).toBe(40)
  })

  it('stands still while the clock goes back, and forgets all after a long time', () => {
    const traffic = countTraffic(emptyTraffic(noon), [finished('a')], noon)
    expect(advanceTraffic(traffic, noon - 5000)).toBe(traffic)
    const later = advanceTraffic(traffic, noon + 86_400_000)
    expect(later.requests).toHaveLength(600)
    expect(later.requests.every((count) => count === 0)).toBe(true)
  })
})

test.each([
  [0, '0s'],
  [59.9, '59s'],
  [60, '1m'],
  [200, '3m 20s'],
  [18_720, '5h 12m'],
  [90_000, '1d 1h'],
  [-5, '0s'],
])('%d seconds are %s', (seconds, text) => {
  expect(shortDuration(seconds)).toBe(text)
})

function edit(start: string, ...keys: string[]) {
  return keys.reduce((line, key) => editText(line, { key }) ?? line, { text: start, cursor: start.length })
}

test('a line is edited by graphemes', () => {
  expect(edit('ab👍🏽', 'backspace')).toEqual({ text: 'ab', cursor: 2 })
  expect(edit('a👍🏽b', 'left', 'left', 'delete')).toEqual({ text: 'ab', cursor: 1 })
  expect(edit('one two', 'C-w')).toEqual({ text: 'one ', cursor: 4 })
  expect(edit('one', 'home', 'C-k')).toEqual({ text: '', cursor: 0 })
  expect(edit('one', 'C-a', 'right', 'C-u')).toEqual({ text: 'ne', cursor: 0 })
  expect(editText({ text: 'a', cursor: 0 }, { key: 'é', text: 'é' })).toEqual({ text: 'éa', cursor: 1 })
  expect(editText({ text: 'a', cursor: 0 }, { key: 'f5' })).toBeUndefined()
})

test('keys have names, and halves of characters are put together', () => {
  const read = createKeyReader()
  expect(read('A', { full: 'S-a' })).toEqual({ key: 'A', text: 'A' })
  expect(read(' ', { full: 'space' })).toEqual({ key: 'space', text: ' ' })
  expect(read('\u0003', { full: 'C-c', ctrl: true })).toEqual({ key: 'C-c' })
  expect(read(undefined, { full: 'up' })).toEqual({ key: 'up' })
  expect(read('\r', { full: 'return' })).toBeUndefined()
  expect(read('\r', { full: 'enter' })).toEqual({ key: 'enter' })
  const [first = '', second = ''] = '🤖'.split('')
  expect(read(first, { full: first })).toBeUndefined()
  expect(read(second, { full: second })).toEqual({ key: '🤖', text: '🤖' })
})
