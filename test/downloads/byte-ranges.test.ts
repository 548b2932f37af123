import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  addRange,
  countBytes,
  missingRanges,
  nextSpan,
  type ByteRange,
} from '../../src/downloads/byte-ranges.ts'

const size = 40
const range = fc
  .tuple(fc.nat(size), fc.nat(size))
  .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }))
const ranges = fc.array(range, { maxLength: 8 })

const bytesOf = (list: readonly ByteRange[]) =>
  new Set(list.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, index) => start + index)))
const merge = (list: ByteRange[]) => list.reduce<ByteRange[]>(addRange, [])

it('adding keeps the bytes, in order and apart', () => {
  fc.assert(
    fc.property(ranges, (list) => {
      const merged = merge(list)
      expect(bytesOf(merged)).toEqual(new Set([...bytesOf(list)].toSorted((a, b) => a - b)))
      expect(countBytes(merged)).toBe(bytesOf(list).size)
      for (const [index, { start, end }] of merged.entries()) {
        expect(start).toBeLessThan(end)
        expect(start).toBeGreaterThan(merged[index - 1]?.end ?? -1)
      }
    }),
  )
})

it('what is missing and what is there are the whole, and nothing twice', () => {
  fc.assert(
    fc.property(ranges, (list) => {
      const there = merge(list)
      const missing = missingRanges(there, size)
      expect(countBytes(there) + countBytes(missing)).toBe(size)
      expect(merge([...there, ...missing])).toEqual([{ start: 0, end: size }])
    }),
  )
})

it('spans that are taken one after another are the whole, and nothing twice', () => {
  const bounds = fc.tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 40 }))
  fc.assert(
    fc.property(ranges, fc.integer({ min: 1, max: 5 }), bounds, (list, connections, [leastBytes, more]) => {
      const options = { size, connections, leastBytes, mostBytes: leastBytes + more }
      let taken = merge(list)
      for (let span = nextSpan(taken, options); span; span = nextSpan(taken, options)) {
        const before = countBytes(taken)
        taken = addRange(taken, span)
        expect(countBytes(taken) - before).toBe(span.end - span.start)
        expect(span.end - span.start).toBeLessThanOrEqual(options.mostBytes)
      }
      expect(taken).toEqual([{ start: 0, end: size }])
    }),
  )
})

it('spans become smaller towards the end', () => {
  const options = { size: 1000, connections: 4, leastBytes: 10, mostBytes: 200 }
  expect(nextSpan([], options)).toEqual({ start: 0, end: 200 })
  expect(nextSpan([{ start: 0, end: 600 }], options)).toEqual({ start: 600, end: 700 })
  expect(nextSpan([{ start: 0, end: 990 }], options)).toEqual({ start: 990, end: 1000 })
})
