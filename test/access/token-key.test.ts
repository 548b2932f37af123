import { hash } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTokenKey, hashTokenKey } from '../../src/access/token-key.ts'

test('a key has its form, its mask shows no secret, and its hash is its SHA-256', () => {
  const { key, masked, hash: digest } = createTokenKey()
  expect(key).toMatch(/^sk-llmd-v1-[A-Za-z0-9_-]{43}-[0-9a-f]{6}$/)
  expect(masked).toBe(`sk-llmd-v1-********${key.slice(-7)}`)
  expect(digest).toEqual(hash('sha256', key, 'buffer'))
  expect(hashTokenKey(key)).toEqual(digest)
  expect(createTokenKey().key).not.toBe(key)
})

const wellFormed = `sk-llmd-v1-${'A'.repeat(43)}-d941e0`

test('the form stays as it is, for keys are out there', () => {
  expect(hashTokenKey(wellFormed)).toEqual(hash('sha256', wellFormed, 'buffer'))
})

test('a key with any one character changed is refused', () => {
  const key = wellFormed
  fc.assert(
    fc.property(
      fc.nat({ max: key.length - 1 }),
      fc.string({ minLength: 1, maxLength: 1 }),
      (at, character) => {
        fc.pre(key[at] !== character)
        expect(hashTokenKey(key.slice(0, at) + character + key.slice(at + 1))).toBeUndefined()
      },
    ),
  )
})

test('whatever is not a key is refused', () => {
  fc.assert(fc.property(fc.string(), (text) => hashTokenKey(text) === undefined))
  const key = wellFormed
  for (const text of [
    '',
    "' OR 1=1--",
    '\0',
    `${key}\0`,
    `${key}\n`,
    ` ${key}`,
    key.repeat(2),
    'x'.repeat(16_384),
  ]) {
    expect(hashTokenKey(text)).toBeUndefined()
  }
})
