import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearest } from '../../src/config/nearest.ts'

const names = ['server.host', 'server.port', 'server.allowedHosts', 'server.maxBodyBytes', 'log.level', 'log']

test.each([
  ['server.prot', 'server.port'],
  ['server.allowed_hosts', 'server.allowedHosts'],
  ['port', 'server.port'],
  ['maxbodybytes', 'server.maxBodyBytes'],
  ['logs', 'log'],
])('%s is nearest to %s', (word, name) => {
  expect(nearest(word, names)).toBe(name)
})

test('a word among the candidates is the nearest to itself, whatever its case', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1 }),
      fc.nat(),
      (words, seed) => {
        const word = words[seed % words.length]!
        expect(nearest(word.toUpperCase(), words)).toBe(word)
      },
    ),
  )
})

test('no candidates, no answer', () => {
  expect(nearest('port', [])).toBeUndefined()
})
