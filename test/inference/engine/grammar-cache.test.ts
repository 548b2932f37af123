import { expect, test } from 'vitest'
import { createGrammarCache } from '../../../src/inference/engine/grammar-cache.ts'

function counting() {
  const compiled: string[] = []
  const get = createGrammarCache(async (gbnf) => {
    compiled.push(gbnf)
    await Promise.resolve()
    if (gbnf === 'bad') throw new Error('not a grammar')
    return { grammar: gbnf }
  })
  return { compiled, get }
}

test('compiles a grammar once, also when it is asked for again before it is done', async () => {
  const { compiled, get } = counting()
  const [first, second] = await Promise.all([get('a'), get('a')])
  expect(second).toBe(first)
  expect(await get('a')).toBe(first)
  expect(compiled).toEqual(['a'])
})

test('forgets the one used longest ago', async () => {
  const { compiled, get } = counting()
  const names = Array.from({ length: 32 }, (_, index) => `grammar ${index}`)
  for (const name of names) await get(name)
  await get('grammar 0')
  await get('one more')
  compiled.length = 0
  for (const name of ['grammar 0', 'grammar 2', 'one more']) await get(name)
  expect(compiled).toEqual([])
  await get('grammar 1')
  expect(compiled).toEqual(['grammar 1'])
})

test('fails for everyone who asks for what is no grammar', async () => {
  const { get } = counting()
  await expect(get('bad')).rejects.toThrow('not a grammar')
  await expect(get('bad')).rejects.toThrow('not a grammar')
})
