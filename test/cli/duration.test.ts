import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration } from '../../src/cli/duration.ts'

describe('parseDuration', () => {
  it.each([
    ['30s', 30_000],
    ['10m', 600_000],
    ['12h', 43_200_000],
    ['90d', 7_776_000_000],
  ])('reads %s', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds))

  it.each(['', '0s', '90', 'd', '-1d', '1.5h', '1 d', '1w', '1dd', '99999999d', '1D'])(
    'refuses %j',
    (text) => {
      expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
    },
  )

  it('gives a date that can be written, however long it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999_999 }),
        fc.constantFrom('s', 'm', 'h', 'd'),
        (count, unit) => {
          expect(new Date(Date.now() + parseDuration(`${count}${unit}`)).toISOString()).toMatch(/^\d{4}-/)
        },
      ),
    )
  })
})
