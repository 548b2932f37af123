import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { failing, wholeAnswer, type BabblingModel } from './babbling-model.ts'
import { observeGenerator, talkative, until } from './observe-generator.ts'

/** Prompt tokens evaluated in all. */
const computed = ({ batches }: BabblingModel) =>
  batches.flatMap(({ prefill }) => prefill).reduce((sum, { count }) => sum + count, 0)

describe('prompts that begin alike', () => {
  const beginning = Array.from({ length: 100 }, (_, index) => index % 7)
  const alike = (last: number) => [...beginning, last, 1]

  test('are computed once, however many come at the same time', async () => {
    const { model, submit, end, tokens, ended } = observeGenerator({ sequences: 5, context: 160 })
    const ids = ['a', 'b', 'c', 'd', 'e']
    for (const [index, id] of ids.entries()) submit({ id, prompt: alike(index), maxTokens: 5 })
    await until(() => ids.every(ended))
    expect(ids.map((id) => end(id)?.cachedTokens)).toEqual([0, 100, 100, 100, 100])
    expect(computed(model)).toBe(100 + ids.length)
    expect(model.saves).toBe(4)
    for (const [index, id] of ids.entries()) {
      expect(tokens(id)).toEqual(wholeAnswer(alike(index), 5).tokens)
    }
  })

  test('keep nobody else waiting: what comes after them goes before', async () => {
    const { submit, events, ended } = observeGenerator({ sequences: 3, context: 160 })
    submit({ id: 'reads', prompt: alike(1), maxTokens: 3 })
    submit({ id: 'waits for it', prompt: alike(2), maxTokens: 3 })
    submit({ id: 'another', prompt: talkative(3), maxTokens: 3 })
    await until(() => ended('waits for it'))
    const order = [...new Set(events.map(({ id }) => id))]
    expect(order).toEqual(['reads', 'another', 'waits for it'])
  })

  test('are computed again where they cannot be copied', async () => {
    const { model, submit, end, ended } = observeGenerator({ sequences: 2, context: 160, clones: false })
    for (const id of ['a', 'b']) submit({ id, prompt: alike(1), maxTokens: 3 })
    await until(() => ended('a') && ended('b'))
    expect([end('a')?.cachedTokens, end('b')?.cachedTokens]).toEqual([0, 0])
    expect(computed(model)).toBe(202)
  })

  test('are computed again when the copy fails, and when the one that read them is cancelled or fails', async () => {
    const { model, generator, submit, end, tokens, ended } = observeGenerator({ sequences: 2, context: 160 })
    const broken = [failing.save, ...alike(1)]
    for (const id of ['a', 'b']) submit({ id, prompt: broken, maxTokens: 3 })
    await until(() => ended('a') && ended('b'))
    expect(end('b')).toMatchObject({ cachedTokens: 0, tokens: tokens('a').length })
    expect(tokens('b')).toEqual(tokens('a'))

    submit({ id: 'reads', prompt: alike(2), maxTokens: 3 })
    submit({ id: 'waits', prompt: alike(2), maxTokens: 3 })
    await turn()
    generator.cancel('reads')
    submit({ id: 'fails', prompt: [...alike(3), failing.prefill, 1], maxTokens: 3 })
    await until(() => ended('waits') && ended('fails'))
    expect(tokens('waits')).toEqual(wholeAnswer(alike(2), 3).tokens)
    expect(model.violations).toEqual([])
  })

  test('are copied from an answer that is under way, which goes on as it was', async () => {
    const { model, submit, end, of, tokens, ended } = observeGenerator({ sequences: 2, context: 400 })
    submit({ id: 'answers', prompt: beginning, maxTokens: 20 })
    await until(() => of('answers').length > 1)
    submit({ id: 'copies', prompt: alike(4), maxTokens: 5 })
    await until(() => ended('answers') && ended('copies'))
    expect(end('copies')).toMatchObject({ cachedTokens: 100 })
    expect(tokens('answers')).toEqual(wholeAnswer(beginning, 20).tokens)
    expect(tokens('copies')).toEqual(wholeAnswer(alike(4), 5).tokens)
    expect(model.violations).toEqual([])
  })
})
