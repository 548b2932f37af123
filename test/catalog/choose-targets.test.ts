import { describe, expect, it } from 'vitest'
import { chooseTargets } from '../../src/catalog/choose-targets.ts'

const balanced = {
  strategy: 'balance' as const,
  targets: [
    { model: 'a', weight: 3 },
    { model: 'b', weight: 1 },
  ],
}

describe('the targets of a routed model', () => {
  it('are a fallback in their order, unless something speaks of balancing', () => {
    const targets = [{ model: 'a' }, { model: 'b' }]
    const even = [
      { model: 'a', weight: 1 },
      { model: 'b', weight: 1 },
    ]
    expect(chooseTargets({ targets })).toEqual({ strategy: 'fallback', targets: even })
    expect(chooseTargets({ targets, strategy: 'balance' })).toEqual({ strategy: 'balance', targets: even })
    expect(chooseTargets({ targets: [{ model: 'a', weight: 3 }, { model: 'b' }] })).toEqual(balanced)
  })

  it('stay as they are where nothing is said of them', () => {
    expect(chooseTargets({}, balanced)).toEqual(balanced)
    expect(chooseTargets({ targets: [{ model: 'c' }] }, balanced)).toEqual({
      strategy: 'balance',
      targets: [{ model: 'c', weight: 1 }],
    })
  })

  it('lose their weights when they become a fallback', () => {
    const fallback = chooseTargets({ strategy: 'fallback' }, balanced)
    expect(chooseTargets({ strategy: 'balance' }, fallback).targets.map(({ weight }) => weight)).toEqual([
      1, 1,
    ])
  })

  it.each([
    [
      { strategy: 'fallback' as const, targets: [{ model: 'a' }, { model: 'b', weight: 2 }] },
      'targets[1].weight',
    ],
    [{ targets: [{ model: 'a' }, { model: 'b' }, { model: 'a' }] }, 'targets[2].model'],
  ])('are refused in %j', (asked, param) => {
    expect(() => chooseTargets(asked)).toThrow(expect.objectContaining({ code: 'invalid_request', param }))
  })
})
