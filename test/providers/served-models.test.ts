import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { indexServedModels } from '../../src/providers/served-models.ts'

type Row = Parameters<typeof indexServedModels>[0][number]

const row = (name: string, change: Partial<Row> = {}): Row => ({
  name,
  prefix: null,
  models: [],
  allModels: false,
  discovered: null,
  ...change,
})
const all = (name: string, prefix: string, ...models: string[]) =>
  row(name, { prefix, allModels: true, discovered: { models, at: '2026-01-31T12:00:00.000Z' } })

test('a model is found by its id, with the prefix where there is one, and only so', () => {
  const index = indexServedModels([
    row('openai', { models: ['gpt-4.1'] }),
    row('or', { prefix: 'or/', models: ['openai/gpt-4.1'] }),
  ])
  expect(index.find('gpt-4.1')).toEqual({ provider: 'openai', model: 'gpt-4.1' })
  expect(index.find('or/openai/gpt-4.1')).toEqual({ provider: 'or', model: 'openai/gpt-4.1' })
  for (const name of ['openai/gpt-4.1', 'GPT-4.1', 'gpt-4.1 ', 'or/', 'or/other', '']) {
    expect(index.find(name)).toBeUndefined()
  }
})

test('a provider that serves all it has answers for any id under its prefix', () => {
  const index = indexServedModels([all('or', 'or/', 'a')])
  expect(index.find('or/a')).toEqual({ provider: 'or', model: 'a' })
  expect(index.find('or/brand-new@1')).toEqual({ provider: 'or', model: 'brand-new@1' })
  expect(index.find('or/')).toBeUndefined()
  for (const id of ['with space', 'a\n', 'x'.repeat(257)]) expect(index.find(`or/${id}`)).toBeUndefined()
  expect(index.all.map(({ name }) => name)).toEqual(['or/a'])
})

test('the longest prefix wins, and an exact name wins over every prefix', () => {
  const index = indexServedModels([
    all('short', 'a'),
    all('long', 'a/b/'),
    row('exact', { prefix: 'a/b/', models: ['c'] }),
  ])
  expect(index.find('a/b/x')).toEqual({ provider: 'long', model: 'x' })
  expect(index.find('a/c')).toEqual({ provider: 'short', model: '/c' })
  expect(index.find('a/b/c')).toEqual({ provider: 'exact', model: 'c' })
})

test('of two that bring a name, the first has it', () => {
  const index = indexServedModels([row('b', { models: ['m'] }), row('a', { models: ['m', 'n'] })])
  expect(index.all).toEqual([
    { name: 'n', provider: 'a', model: 'n' },
    { name: 'm', provider: 'b', model: 'm' },
  ])
})

test('what cannot be the name of a model is not listed', () => {
  const index = indexServedModels([row('a', { models: ['@cf/meta/llama', '/models/x.gguf', 'ok'] })])
  expect(index.all.map(({ name }) => name)).toEqual(['ok'])
})

const prefix = fc.stringMatching(/^[a-z][a-z/]{0,5}$/)
const id = fc.stringMatching(/^[a-z0-9][a-z0-9:/.-]{0,20}$/)

test('whatever is asked of whatever prefixes, the prefix that is taken off is the longest that fits', () => {
  fc.assert(
    fc.property(fc.uniqueArray(prefix, { maxLength: 6 }), prefix, id, (prefixes, asked, model) => {
      const index = indexServedModels(prefixes.map((one, at) => all(`p${at}`, one)))
      const name = asked + model
      const fitting = prefixes.filter((one) => name.startsWith(one) && name !== one)
      const found = index.find(name)
      const [longest] = fitting.toSorted((a, b) => b.length - a.length)
      const expected = longest !== undefined && {
        provider: `p${prefixes.indexOf(longest)}`,
        model: name.slice(longest.length),
      }
      expect(found ?? false).toEqual(expected)
    }),
  )
})
