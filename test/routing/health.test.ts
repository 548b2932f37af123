import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHealth, type Trial } from '../../src/routing/health.ts'
import { createFakeClock } from './fake-clock.ts'

const key = 'openrouter/llama'
const path = '/chat/completions'
const failure = { message: 'no answer', retryAfterMs: null }

function setUp() {
  const clock = createFakeClock()
  const health = createHealth(clock)
  const fail = (times: number, retryAfterMs: number | null = null) => {
    for (let time = 0; time < times; time++)
      health.insist(key, path).fail({ message: 'no answer', retryAfterMs })
  }
  /** Lets the cooling end, and its probe fail. */
  const failProbe = () => {
    clock.advance(health.status(key).coolingMs ?? 0)
    health.tryTarget(key, path)?.fail(failure)
    return health.status(key).coolingMs
  }
  return { clock, health, fail, failProbe, status: () => health.status(key) }
}

describe('a target', () => {
  it('is well as long as nobody says otherwise', () => {
    const { health, status } = setUp()
    expect(status()).toEqual({ state: 'ready', coolingMs: null, lastError: null })
    expect(health.tryTarget(key, path)).toBeDefined()
  })

  it('cools after three failures in a row within a minute, and nobody else with it', () => {
    const { health, fail, status } = setUp()
    fail(2)
    expect(status()).toEqual({ state: 'ready', coolingMs: null, lastError: 'no answer' })
    fail(1)
    expect(status()).toEqual({ state: 'cooling', coolingMs: 5000, lastError: 'no answer' })
    expect(health.tryTarget(key, path)).toBeUndefined()
    expect(health.tryTarget('openrouter/other', path)).toBeDefined()
  })

  it('does not cool for failures that are far apart, or with a success between', () => {
    const { clock, health, fail, status } = setUp()
    fail(2)
    clock.advance(60_001)
    fail(2)
    expect(status().state).toBe('ready')
    health.insist(key, path).succeed()
    fail(2)
    expect(status().state).toBe('ready')
  })

  it('is probed by one request at a time when the cooling is over', () => {
    const { clock, health, fail, status } = setUp()
    fail(3)
    clock.advance(4999)
    expect(health.tryTarget(key, path)).toBeUndefined()
    clock.advance(1)
    expect(status()).toEqual({ state: 'probing', coolingMs: null, lastError: 'no answer' })
    const probe = health.tryTarget(key, path)
    expect(health.tryTarget(key, path)).toBeUndefined()
    probe?.abandon()
    const next = health.tryTarget(key, path)
    expect(health.tryTarget(key, path)).toBeUndefined()
    next?.begin()
    expect(status().state).toBe('ready')
    expect(health.tryTarget(key, path)).toBeDefined()
  })

  it('cools twice as long after each probe that fails, up to five minutes', () => {
    const { fail, failProbe } = setUp()
    fail(3)
    const coolings = Array.from({ length: 8 }, failProbe)
    expect(coolings).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000])
  })

  it('starts anew after a success', () => {
    const { health, fail, failProbe, status } = setUp()
    fail(3)
    failProbe()
    health.insist(key, path).succeed()
    fail(3)
    expect(status().coolingMs).toBe(5000)
  })

  it('that begins to answer and breaks off time and again cools longer and longer', () => {
    const { clock, health, status } = setUp()
    const breakOff = () => {
      const trial = health.tryTarget(key, path)
      trial?.begin()
      trial?.fail(failure)
    }
    const coolings = [1, 2, 3].map(() => {
      for (let time = 0; time < 3; time++) breakOff()
      const { coolingMs } = status()
      clock.advance(coolingMs ?? 0)
      return coolingMs
    })
    expect(coolings).toEqual([5000, 10_000, 20_000])
  })

  it('that says when to come again is left alone until then, but for a minute at most', () => {
    const { clock, health, fail, status } = setUp()
    fail(1, 2000)
    expect(status()).toMatchObject({ state: 'cooling', coolingMs: 2000 })
    clock.advance(2000)
    health.tryTarget(key, path)?.fail({ message: 'later', retryAfterMs: 3_600_000 })
    expect(status()).toEqual({ state: 'cooling', coolingMs: 60_000, lastError: 'later' })
  })

  it('does not cool longer for what was under way already', () => {
    const { clock, health, fail, failProbe, status } = setUp()
    const late = [health.insist(key, path), health.insist(key, path), health.insist(key, path)]
    fail(3)
    clock.advance(1000)
    for (const trial of late) trial.fail(failure)
    expect(status().coolingMs).toBe(4000)
    expect(failProbe()).toBe(10_000)
  })

  it('is told apart by path, and told of as it fares worst', () => {
    const { clock, health, fail, status } = setUp()
    fail(3)
    clock.advance(1000)
    for (let time = 0; time < 3; time++) health.insist(key, '/embeddings').fail(failure)
    health.insist(key, '/rerank').fail(failure)
    expect(health.tryTarget(key, '/responses')).toBeDefined()
    expect(health.tryTarget(key, '/rerank')).toBeDefined()
    expect(health.status(key, path)).toMatchObject({ state: 'cooling', coolingMs: 4000 })
    expect(status()).toMatchObject({ state: 'cooling', coolingMs: 5000 })
    health.insist(key, '/embeddings').succeed()
    expect(status()).toMatchObject({ state: 'cooling', coolingMs: 4000 })
    health.insist(key, path).succeed()
    expect(status()).toEqual({ state: 'ready', coolingMs: null, lastError: 'no answer' })
  })

  it('of a provider that is reached anew starts anew, whatever is still under way', () => {
    const { clock, health, fail, status } = setUp()
    const late = health.insist(key, path)
    fail(3)
    for (let time = 0; time < 3; time++) health.insist('open/llama', path).fail(failure)
    clock.advance(5000)
    const probe = health.tryTarget('open/llama', path)
    health.forget('openrouter')
    late.fail({ message: 'the old key', retryAfterMs: 60_000 })
    expect(status()).toEqual({ state: 'ready', coolingMs: null, lastError: null })
    expect(health.status('open/llama').state).toBe('probing')
    expect(health.tryTarget('open/llama', path)).toBeUndefined()
    probe?.fail(failure)
    expect(health.tryTarget('open/llama', path)).toBeDefined()
  })

  it('is forgotten when a thousand others failed after it', () => {
    const { health, fail, status } = setUp()
    fail(3)
    for (let other = 0; other < 1000; other++) health.insist(`x/${other}`, path).fail(failure)
    expect(status().state).toBe('ready')
    expect(health.status('x/999').lastError).toBe('no answer')
  })
})

describe('whatever happens', () => {
  const action = fc.oneof(
    fc.record({ type: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 400_000 }) }),
    fc.record({ type: fc.constant('try' as const) }),
    fc.record({ type: fc.constant('insist' as const) }),
    fc.record({
      type: fc.constantFrom('begin' as const, 'succeed' as const, 'abandon' as const),
      which: fc.nat(),
    }),
    fc.record({
      type: fc.constant('fail' as const),
      which: fc.nat(),
      retryAfterMs: fc.option(fc.integer({ min: 0, max: 10_000_000 })),
    }),
  )

  it('there is one probe at most, a success ends all trouble, and no cooling is longer than five minutes', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const { clock, health, status } = setUp()
        const open: Trial[] = []
        let probe: Trial | undefined
        for (const each of actions) {
          const { state } = status()
          if (each.type === 'advance') clock.advance(each.ms)
          else if (each.type === 'insist') open.push(health.insist(key, path))
          else if (each.type === 'try') {
            const trial = health.tryTarget(key, path)
            expect(trial !== undefined).toBe(state === 'ready' || (state === 'probing' && !probe))
            if (trial) open.push(trial)
            if (state === 'probing') probe ??= trial
          } else {
            const index = open.length === 0 ? -1 : each.which % open.length
            const trial = open[index]
            if (!trial) continue
            if (each.type === 'begin') trial.begin()
            else open.splice(index, 1)
            if (each.type === 'abandon') trial.abandon()
            if (each.type === 'fail') trial.fail({ message: 'no', retryAfterMs: each.retryAfterMs })
            if (each.type === 'succeed') {
              trial.succeed()
              expect(status()).toEqual({ state: 'ready', coolingMs: null, lastError: null })
            }
            if (trial === probe || each.type === 'succeed') probe = undefined
          }
          expect(status().coolingMs ?? 0).toBeLessThanOrEqual(300_000)
        }
      }),
      { numRuns: 500 },
    )
  })
})
