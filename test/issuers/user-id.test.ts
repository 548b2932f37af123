import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isUserId, userId } from '../../src/issuers/user-id.ts'

test('a plain subject stands as it is', () => {
  expect(userId('login', 'auth0|5f7c')).toBe('jwt:login:auth0|5f7c')
  expect(userId('login', 'a:b')).toBe('jwt:login:a:b')
  expect(isUserId(userId('login', 'x'))).toBe(true)
  expect(isUserId('0b5f6a52-6a2f-4a52-9d9e-3a53f5a3c5d1')).toBe(false)
})

test('whatever the subject, its id is short, plain, and nobody else has it', () => {
  const subject = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ minLength: 1, unit: 'binary' }),
    fc.string().map((text) => text.padEnd(129, 'x')),
    fc.string().map((text) => `sha256:${text}`),
  )
  fc.assert(
    fc.property(subject, subject, (one, other) => {
      const id = userId('login', one)
      expect(id).toMatch(/^jwt:login:[\x21-\x7e]{1,128}$/)
      expect(id === userId('login', other)).toBe(one === other)
      expect(userId('login', id.slice('jwt:login:'.length)) === id).toBe(!id.includes('sha256:'))
    }),
  )
})
