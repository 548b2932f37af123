import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { rememberVerified } from '../../src/issuers/remember-verified.ts'

test('never more than so many are kept, and what was just added is there', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.nat({ max: 20 })), (most, keys) => {
      const remembered = rememberVerified<number>({ most })
      for (const key of keys) {
        if (remembered.find(`${key}`) === undefined) remembered.add(`${key}`, key)
        expect(remembered.find(`${key}`)).toBe(key)
      }
      const found = Array.from({ length: 21 }, (_, key) => remembered.find(`${key}`))
      expect(found.filter((one) => one !== undefined).length).toBeLessThanOrEqual(most)
    }),
  )
})

test('what is asked for stays longer than what is not', () => {
  const remembered = rememberVerified<string>({ most: 2 })
  remembered.add('a', 'of a')
  remembered.add('b', 'of b')
  remembered.find('a')
  remembered.add('c', 'of c')
  expect(remembered.find('a')).toBe('of a')
  expect(remembered.find('b')).toBeUndefined()
  remembered.delete('a')
  expect(remembered.find('a')).toBeUndefined()
})
