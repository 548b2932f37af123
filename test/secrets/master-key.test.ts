import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import {
  deriveKey,
  formatMasterKeys,
  generateMasterKey,
  parseMasterKeys,
} from '../../src/secrets/master-key.ts'

test('keys come back from their text, in their order', () => {
  const keys = [generateMasterKey(), generateMasterKey()]
  const read = parseMasterKeys(formatMasterKeys(keys)) ?? []
  expect(read.map(({ check }) => check)).toEqual(keys.map(({ check }) => check))
  expect(read[0]?.key.equals(keys[0]!.key)).toBe(true)
})

test('base64 is read in either alphabet, padded or not, with blank lines about it', () => {
  const bytes = randomBytes(32)
  const texts = [
    bytes.toString('base64'),
    bytes.toString('base64url'),
    `\n  ${bytes.toString('base64')}\r\n\n`,
  ]
  const checks = texts.map((text) => parseMasterKeys(text)?.[0]?.check)
  expect(checks[0]).toMatch(/^[0-9a-f]{32}$/)
  expect(new Set(checks).size).toBe(1)
})

test.each([
  ['a passphrase', 'correct horse battery staple'],
  ['hexadecimal', randomBytes(32).toString('hex')],
  ['too few bytes', randomBytes(31).toString('base64')],
  ['too many bytes', randomBytes(33).toString('base64')],
  ['a key beside something else', `${randomBytes(32).toString('base64')}\nkey`],
])('%s is no key', (_, text) => expect(parseMasterKeys(text)).toBeUndefined())

test('a key for one purpose is not that for another, and none is shown', () => {
  const master = generateMasterKey()
  expect(deriveKey(master, 'a').equals(deriveKey(master, 'a'))).toBe(true)
  expect(deriveKey(master, 'a').equals(deriveKey(master, 'b'))).toBe(false)
  const encoded = formatMasterKeys([master]).trim()
  const bytes = master.key.export()
  for (const shown of [inspect(master, { depth: 9, showHidden: true }), JSON.stringify(master)]) {
    expect(shown).not.toContain(encoded)
    expect(shown).not.toContain(bytes.toString('hex'))
  }
})
