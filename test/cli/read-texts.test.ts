import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { embedTexts } from '../../src/cli/embed-texts.ts'
import { readTexts } from '../../src/cli/read-texts.ts'

const piped = (text: string) => new PassThrough().end(text)
const whole = { lines: false }
const byLine = { lines: true }

test('texts are the arguments, what is piped in, or each line of it', async () => {
  expect(await readTexts(['a', ' '], new PassThrough(), whole)).toEqual(['a', ' '])
  expect(await readTexts([], piped('a\nb\n'), whole)).toEqual(['a\nb'])
  expect(await readTexts([], piped('a\r\n\n b\n'), byLine)).toEqual(['a', ' b'])
})

test.each([
  [[], '\n', whole],
  [[], '\n\n', byLine],
  [['a'], '', byLine],
])('%j and %j piped in with %j are refused', async (given, text, how) => {
  await expect(readTexts(given, piped(text), how)).rejects.toMatchObject({ code: 'invalid_request' })
})

test('a terminal is not waited for', async () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true })
  await expect(readTexts([], terminal, whole)).rejects.toMatchObject({ code: 'invalid_request' })
})

test('any number of texts is turned into vectors, some at a time', async () => {
  const sizes: number[] = []
  const shown: number[][] = []
  const input = Array.from({ length: 250 }, (_, index) => `text ${index}`)
  const answer = await embedTexts(
    {
      async embed({ model, input: some }) {
        sizes.push(some.length)
        const data = some.map((text, index) => ({
          object: 'embedding' as const,
          index,
          embedding: [Number(text.slice(5))],
        }))
        return {
          object: 'list',
          data,
          model,
          usage: { prompt_tokens: some.length, total_tokens: some.length },
        }
      },
    },
    { model: 'm', input },
    { signal: new AbortController().signal, show: async (vector) => void shown.push(vector) },
  )
  expect(sizes).toEqual([100, 100, 50])
  expect(shown).toEqual(input.map((_, index) => [index]))
  expect(answer.data.map(({ index, embedding }) => [index, ...embedding])).toEqual(
    input.map((_, index) => [index, index]),
  )
  expect(answer).toMatchObject({
    object: 'list',
    model: 'm',
    usage: { prompt_tokens: 250, total_tokens: 250 },
  })
})
