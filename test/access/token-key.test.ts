import { hash } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTokenKey, hashTokenKey, hideTokenKeys } from '../../src/access/token-key.ts'

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

test('keys of whatever prefix are keys', () => {
  for (const prefix of ['corp-', 'x_', `a${'b'.repeat(38)}-`]) {
    const { key, masked, hash: digest } = createTokenKey(prefix)
    expect(key.startsWith(prefix)).toBe(true)
    expect(masked).toBe(`${prefix}********${key.slice(-7)}`)
    expect(hashTokenKey(key)).toEqual(digest)
  }
})

const jwt = `eyJhbGciOiJFUzI1NiJ9.${'eyJzdWIiOiJhbGljZSJ9'.repeat(2)}.${'c2lnbmF0dXJl'.repeat(3)}`

test('keys and JWTs are hidden wherever they stand', () => {
  const { key } = createTokenKey('corp-')
  expect(hideTokenKeys(`/v1/models/${wellFormed}`)).toBe('/v1/models/sk-llmd-v1-********')
  expect(hideTokenKeys(`/v1/models/${wellFormed.slice(0, 30)}`)).toBe('/v1/models/sk-llmd-v1-********')
  expect(hideTokenKeys(`a ${key}, ${key}`)).toBe('a corp-********, corp-********')
  expect(hideTokenKeys(`/v1/${jwt}/x`)).toBe('/v1/eyJ********/x')
  expect(hideTokenKeys(`/v1/${jwt.slice(0, 50)}`)).toBe('/v1/eyJ********')
  const harmless = '/llmd/v1/models/eyJ-model/0b5f6a52-6a2f-4a52-9d9e-3a53f5a3c5d1/check'
  expect(hideTokenKeys(harmless)).toBe(harmless)
})

test('no text takes long to look through', () => {
  const started = process.cpuUsage()
  for (const text of ['eyJ', 'a', 'a-', 'sk-llmd-v1-', 'eyJ.'])
    hideTokenKeys(text.repeat(16_384 / text.length))
  const { user, system } = process.cpuUsage(started)
  expect((user + system) / 1000).toBeLessThan(500)
})
