import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createStopMatcher } from '../../../src/inference/engine/stop-matcher.ts'

/** The definition: generation ends where the first stop string is complete, and the text where that one began. */
function cutAtStop(text: string, stops: readonly string[]): { text: string; stopped: boolean } {
  for (let end = 1; end <= text.length; end++) {
    const complete = stops.filter((stop) => stop !== '' && text.slice(0, end).endsWith(stop))
    if (complete.length > 0) {
      return { text: text.slice(0, end - Math.max(...complete.map((stop) => stop.length))), stopped: true }
    }
  }
  return { text, stopped: false }
}

function run(pieces: readonly string[], stops: readonly string[]): { text: string; stopped: boolean } {
  const matcher = createStopMatcher(stops)
  let shown = ''
  for (const piece of pieces) {
    const { text, stopped } = matcher.push(piece)
    shown += text
    if (stopped) return { text: shown, stopped }
  }
  return { text: shown + matcher.end(), stopped: false }
}

const fewLetters = { unit: fc.constantFrom('a', 'b') }
const pieces = fc.array(fc.string({ ...fewLetters, maxLength: 4 }), { maxLength: 12 })
const stops = fc.array(fc.string({ ...fewLetters, maxLength: 4 }), { maxLength: 4 })

describe('createStopMatcher', () => {
  test('cuts before the first stop string that is complete, however the text is split', () => {
    fc.assert(
      fc.property(pieces, stops, (parts, wanted) => {
        expect(run(parts, wanted)).toEqual(cutAtStop(parts.join(''), wanted))
      }),
      { numRuns: 500 },
    )
  })

  test('shows no stop string, and holds back nothing but a possible beginning of one', () => {
    fc.assert(
      fc.property(pieces, stops, (parts, wanted) => {
        const matcher = createStopMatcher(wanted)
        let pushed = ''
        let shown = ''
        for (const piece of parts) {
          pushed += piece
          const { text, stopped } = matcher.push(piece)
          shown += text
          expect(wanted.filter((stop) => stop !== '' && shown.includes(stop))).toEqual([])
          if (stopped) return
          const held = pushed.slice(shown.length)
          expect(held === '' || wanted.some((stop) => stop !== held && stop.startsWith(held))).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    { name: 'one inside another', text: 'xabcx', stops: ['abc', 'b'], shown: 'xa' },
    { name: 'two with the same end', text: 'xabc', stops: ['c', 'abc'], shown: 'x' },
    { name: 'one that begins inside another', text: 'xabcd', stops: ['bcd', 'abc'], shown: 'x' },
    { name: 'a false start', text: 'aab', stops: ['ab'], shown: 'a' },
    { name: 'a character of four bytes', text: 'so 🙂 far', stops: ['🙂'], shown: 'so ' },
  ])('$name', ({ text, stops: wanted, shown }) => {
    expect(run([text], wanted)).toEqual({ text: shown, stopped: true })
    expect(run(Array.from(text), wanted)).toEqual({ text: shown, stopped: true })
  })

  test('a beginning of a stop string at the end of the answer is shown', () => {
    expect(run(['wait', ' ST', 'O'], ['STOP'])).toEqual({ text: 'wait STO', stopped: false })
  })

  test('empty stop strings stop nothing', () => {
    expect(run(['abc'], [''])).toEqual({ text: 'abc', stopped: false })
  })
})
