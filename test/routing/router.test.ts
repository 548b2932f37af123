import { describe, expect, it } from 'vitest'
import type { Backend } from '../../src/chat/backend.ts'
import { createRouter, type RoutedModel } from '../../src/routing/router.ts'
import { targetKey, type Target } from '../../src/routing/target.ts'
import { seededRandom } from './seeded-random.ts'

const backend = {} as Backend
const local = (model: string): Target => ({ kind: 'local', model, backend })
const remote = (provider: string, model: string): Target => ({ kind: 'remote', provider, model })
const routed = (
  strategy: RoutedModel['strategy'],
  ...targets: [model: string, weight?: number][]
): RoutedModel => ({
  kind: 'routed',
  strategy,
  targets: targets.map(([model, weight = 1]) => ({ model, weight })),
})

const models: Record<string, Target | RoutedModel> = {
  'qwen3:8b': local('qwen3:8b'),
  fast: remote('openrouter', 'meta/llama'),
  same: remote('openrouter', 'meta/llama'),
  best: routed('fallback', ['gone'], ['fast'], ['qwen3:8b']),
  shared: routed('balance', ['fast', 9], ['qwen3:8b', 1]),
  nested: routed('fallback', ['qwen3:8b'], ['shared'], ['same']),
  empty: routed('fallback', ['gone'], ['gone too']),
}

const router = createRouter({
  list: () => [],
  find: (name) => (Object.hasOwn(models, name) ? models[name] : undefined),
  random: seededRandom(7),
})

const keysOf = (name: string) => router.route(name).targets.map(targetKey)

describe('a route', () => {
  it('of a plain model is that model, with no strategy', () => {
    expect(router.route('fast')).toEqual({ name: 'fast', strategy: null, targets: [models['fast']] })
  })

  it('of a fallback has the targets in their order, without those that are gone', () => {
    expect(router.route('best').strategy).toBe('fallback')
    expect(keysOf('best')).toEqual(['openrouter/meta/llama', 'local:qwen3:8b'])
  })

  it('of a balance is drawn by weight for each request', () => {
    const firsts = Array.from({ length: 1000 }, () => keysOf('shared')[0])
    const share = firsts.filter((key) => key === 'openrouter/meta/llama').length / firsts.length
    expect(share).toBeGreaterThan(0.85)
    expect(share).toBeLessThan(0.95)
  })

  it('leads through other routed models, and to each target once', () => {
    expect(keysOf('nested')).toEqual(['local:qwen3:8b', 'openrouter/meta/llama'])
  })

  it.each(['nobody', 'empty', 'Fast', ''])('for %j there is none', (name) => {
    expect(() => router.route(name)).toThrow(
      expect.objectContaining({ code: 'model_not_found', param: 'model' }),
    )
  })

  it('has the defaults of the routed name before those of each target', () => {
    const found: Record<string, Target | RoutedModel> = {
      plain: local('plain'),
      fast: {
        ...remote('lab', 'x'),
        defaults: { temperature: 1, topP: 0.5, params: { b: 'fast', a: 'fast' } },
      },
      inner: {
        ...routed('fallback', ['fast'], ['plain']),
        defaults: { system: 'inner', params: { c: 'inner' } },
      },
      outer: { ...routed('fallback', ['inner']), defaults: { system: 'outer', params: { a: 'outer' } } },
    }
    const [first, second] = createRouter({ list: () => [], find: (name) => found[name] }).route(
      'outer',
    ).targets
    expect(first.defaults).toEqual({
      system: 'outer',
      temperature: 1,
      topP: 0.5,
      params: { a: 'outer', b: 'fast', c: 'inner' },
    })
    expect(Object.keys(first.defaults?.params ?? {})).toEqual(['a', 'c', 'b'])
    expect(second?.defaults).toEqual({ system: 'outer', params: { a: 'outer', c: 'inner' } })
    expect(found['plain']).not.toHaveProperty('defaults')
  })

  it('to a local model is found where one is asked for', () => {
    expect(router.resolve('best').backend).toBe(backend)
    expect(() => router.resolve('fast')).toThrow(expect.objectContaining({ code: 'unsupported_by_model' }))
  })
})

it('the names of a local and of a provider’s model are not taken for one another', () => {
  expect(targetKey(local('openrouter/x'))).not.toBe(targetKey(remote('openrouter', 'x')))
})
