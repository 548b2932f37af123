import { expect, test } from 'vitest'
import { createTokenDescriber } from '../../../src/inference/engine/token-describer.ts'

const vocabulary = [' one', ' two', '<end>', Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)]

/** As of a tokenizer that takes off the space that it puts before every text. */
const model = {
  detokenize(tokens: readonly number[], previous: readonly number[], { special } = { special: false }) {
    const shown = (some: readonly number[]) =>
      Buffer.concat(
        some.map((token) => Buffer.from(token === 2 && !special ? '' : (vocabulary[token] ?? ''))),
      ).toString()
    return previous.length > 0 ? shown(tokens) : shown(tokens).replace(/^ /, '')
  },
}

function describe(tokens: readonly number[], { special = true } = {}) {
  const one = createTokenDescriber(model, { special })
  return tokens.map((token) => one(token, { logprob: -1, top: [{ token: 1, logprob: -0.5 }] }))
}

test('tokens have the space that they begin with, but for the first', () => {
  const found = describe([0, 1, 0])
  expect(found.map(({ token }) => token)).toEqual(['one', ' two', ' one'])
  expect(found.map(({ top }) => top[0]?.token)).toEqual(['two', ' two', ' two'])
  expect(found.every((one) => one.characters === undefined)).toBe(true)
})

test('bytes of a character count with the last of them', () => {
  expect(describe([3, 4, 0])).toMatchObject([
    { token: '\uFFFD', bytes: null, characters: 0 },
    { token: '\uFFFD', bytes: null, characters: 1 },
    { bytes: [...Buffer.from('one')], characters: 4 },
  ])
})

test('a special token counts where it is part of the text', () => {
  expect(describe([0, 2])[1]).toMatchObject({ token: '<end>' })
  expect(describe([0, 2])[1]).not.toHaveProperty('characters')
  expect(describe([0, 2], { special: false })[1]).toMatchObject({ token: '<end>', characters: 0 })
})

test('one without a log-probability says so', () => {
  expect(createTokenDescriber(model, { special: true })(0, undefined)).toMatchObject({
    logprob: null,
    top: [],
  })
})
