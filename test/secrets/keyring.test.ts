import { createCipheriv, randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Secret } from '../../src/secret.ts'
import { createKeyring } from '../../src/secrets/keyring.ts'
import { deriveKey, generateMasterKey } from '../../src/secrets/master-key.ts'
import { placeOf } from './fixtures/open-vault.ts'

const kid = '0123456789abcdef'
const master = generateMasterKey()
const keyring = createKeyring({ kid, masters: [master] })
const place = placeOf('openai')

const text = fc.string({ unit: 'binary', maxLength: 200 })
const somePlace = fc.record({ table: text, row: text, column: text, origin: text })

test('what was encrypted comes back', () => {
  fc.assert(
    fc.property(text, somePlace, (secret, where) => {
      const stored = keyring.encrypt(new Secret(secret), where)
      expect(stored).toMatch(/^v1\.0123456789abcdef\.[A-Za-z0-9_-]+$/)
      expect(keyring.decrypt(stored, where)?.reveal()).toBe(secret)
    }),
  )
})

test('the same secret is never encrypted to the same text', () => {
  const texts = Array.from({ length: 100 }, () => keyring.encrypt(new Secret('sk-1'), place))
  expect(new Set(texts).size).toBe(100)
})

test('any other character, and any character more or less, is refused', () => {
  const stored = keyring.encrypt(new Secret('sk-secret'), place)
  for (let at = 0; at < stored.length; at++) {
    for (const character of ['A', 'B', 'w', '_', '.', '0', 'f', '=', ' ']) {
      const altered = stored.slice(0, at) + character + stored.slice(at + 1)
      if (altered !== stored) expect(keyring.decrypt(altered, place)).toBeUndefined()
      expect(keyring.decrypt(stored.slice(0, at) + character + stored.slice(at), place)).toBeUndefined()
    }
    expect(keyring.decrypt(stored.slice(0, at) + stored.slice(at + 1), place)).toBeUndefined()
    expect(keyring.decrypt(stored.slice(0, at), place)).toBeUndefined()
  }
})

test('any flipped bit is refused', () => {
  const [version, id, data = ''] = keyring.encrypt(new Secret('sk-secret'), place).split('.')
  const bytes = Buffer.from(data, 'base64url')
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const altered = Buffer.from(bytes)
    altered[bit >> 3]! ^= 1 << (bit & 7)
    expect(keyring.decrypt(`${version}.${id}.${altered.toString('base64url')}`, place)).toBeUndefined()
  }
})

test('another place is refused, whichever of its fields differs', () => {
  fc.assert(
    fc.property(somePlace, somePlace, (here, there) => {
      const stored = keyring.encrypt(new Secret('sk-secret'), here)
      const moved = (['table', 'row', 'column', 'origin'] as const)
        .filter((field) => there[field] !== here[field])
        .map((field) => keyring.decrypt(stored, { ...here, [field]: there[field] }))
      expect(moved).toEqual(moved.map(() => undefined))
    }),
  )
})

test('fields do not run into one another', () => {
  const stored = keyring.encrypt(new Secret('sk-secret'), { ...place, row: 'a', column: 'b,c' })
  expect(keyring.decrypt(stored, { ...place, row: 'a,b', column: 'c' })).toBeUndefined()
  expect(keyring.decrypt(stored, { ...place, row: 'a","b', column: 'c' })).toBeUndefined()
})

test('another kid or master key is refused', () => {
  const stored = keyring.encrypt(new Secret('sk-secret'), place)
  expect(keyring.decrypt(stored.replace(kid, 'fedcba9876543210'), place)).toBeUndefined()
  const other = createKeyring({ kid, masters: [generateMasterKey()] })
  expect(other.decrypt(stored, place)).toBeUndefined()
})

test('a tag of four bytes is refused, though it is a right one', () => {
  const nonce = randomBytes(12)
  const key = deriveKey(master, `secret ${kid}`)
  const encryption = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 4 })
  const bound = ['llmd', 'v1', place.table, place.row, place.column, kid, place.origin]
  encryption.setAAD(Buffer.from(JSON.stringify(bound)))
  const ciphertext = Buffer.concat([encryption.update('a secret that is long enough'), encryption.final()])
  const data = Buffer.concat([nonce, encryption.getAuthTag(), ciphertext])
  expect(keyring.decrypt(`v1.${kid}.${data.toString('base64url')}`, place)).toBeUndefined()
})

test('it reads what former master keys encrypted, and tells it from what is current', () => {
  const next = createKeyring({ kid: 'fedcba9876543210', masters: [generateMasterKey(), master] })
  const stored = keyring.encrypt(new Secret('sk-secret'), place)
  expect(next.decrypt(stored, place)?.reveal()).toBe('sk-secret')
  expect(next.isCurrent(stored)).toBe(false)
  expect(next.isCurrent(next.encrypt(new Secret('sk-secret'), place))).toBe(true)
})
