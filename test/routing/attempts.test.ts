import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LlmdError, type ErrorCode } from '../../src/errors.ts'
import { runAttempts, type Attempt, type AttemptOutcome } from '../../src/routing/attempts.ts'
import { createHealth } from '../../src/routing/health.ts'
import type { Route } from '../../src/routing/router.ts'
import { targetKey } from '../../src/routing/target.ts'
import { createFakeClock } from './fake-clock.ts'

type Step = AttemptOutcome | Error | (() => AttemptOutcome)

const answered: AttemptOutcome = { kind: 'answered', status: 200 }
const rejected = (upstreamStatus: number, retryAfterMs: number | null = null): AttemptOutcome => ({
  kind: 'failed',
  error: new LlmdError('upstream_error', `It answered ${upstreamStatus}.`),
  upstreamStatus,
  retryAfterMs,
})
const broken: AttemptOutcome = { kind: 'broken', error: new LlmdError('upstream_error', 'It broke off.') }
const error = (code: ErrorCode) => new LlmdError(code, code)

/** A route over targets `p/a`, `p/b` and so on, each of which does what its steps say, the last of them for ever. */
function setUp(
  steps: Record<string, Step[]>,
  { strategy = 'fallback' }: { strategy?: Route['strategy'] } = {},
) {
  const clock = createFakeClock()
  const health = createHealth(clock)
  const [first, ...rest] = Object.keys(steps).map((model) => ({
    kind: 'remote' as const,
    provider: 'p',
    model,
  }))
  if (!first) throw new Error('a route has targets')
  const tried: string[] = []
  const numbers: number[] = []
  const story: Attempt[] = []
  const controller = new AbortController()
  const left = new Map(Object.entries(steps).map(([model, all]) => [model, [...all]]))
  const run = () =>
    runAttempts({
      path: '/chat/completions',
      route: { name: 'best', strategy, targets: [first, ...rest] },
      health,
      signal: controller.signal,
      clock,
      random: () => 0.5,
      async attempt({ model }, { number }) {
        tried.push(model)
        numbers.push(number)
        clock.advance(10)
        const mine = left.get(model) ?? []
        const step = mine.length > 1 ? mine.shift() : mine[0]
        if (step instanceof Error) throw step
        return typeof step === 'function' ? step() : step!
      },
      onAttempt: (attempt) => story.push(attempt),
    })
  const fail = (model: string, times = 3) => {
    for (let time = 0; time < times; time++) {
      health.insist(`p/${model}`, '/chat/completions').fail({ message: 'no', retryAfterMs: null })
    }
  }
  return {
    run,
    clock,
    health,
    tried,
    numbers,
    story,
    controller,
    fail,
    status: (model: string) => health.status(`p/${model}`),
  }
}

describe('a plain model', () => {
  it.each([rejected(503, 1000), rejected(429), rejected(400), error('upstream_timeout')])(
    'is tried once, whatever comes',
    async (step) => {
      const { run, tried, clock } = setUp({ a: [step] }, { strategy: null })
      expect((await run()).outcome.kind).toBe('failed')
      expect(tried).toEqual(['a'])
      expect(clock.waits).toEqual([])
    },
  )

  it('is tried while it cools, too', async () => {
    const { run, tried, fail, status } = setUp({ a: [answered] }, { strategy: null })
    fail('a')
    expect((await run()).outcome).toBe(answered)
    expect(tried).toEqual(['a'])
    expect(status('a').state).toBe('ready')
  })
})

describe('a routed model', () => {
  it('ends with the first target that answers', async () => {
    const { run, tried, numbers, story } = setUp({
      a: [rejected(503)],
      b: [error('upstream_unreachable')],
      c: [answered],
    })
    const { target, outcome } = await run()
    expect(targetKey(target)).toBe('p/c')
    expect(outcome).toBe(answered)
    expect(tried).toEqual(['a', 'b', 'c'])
    expect(numbers).toEqual([1, 2, 3])
    const startedAt = expect.any(Date)
    expect(story).toEqual([
      { target: 'p/a', startedAt, ms: 10, outcome: 'failed', code: 'upstream_error', status: 503 },
      { target: 'p/b', startedAt, ms: 10, outcome: 'failed', code: 'upstream_unreachable', status: 502 },
      { target: 'p/c', startedAt, ms: 10, outcome: 'answered', code: null, status: 200 },
    ])
  })

  it.each([rejected(400), rejected(422), error('invalid_request'), error('shutting_down')])(
    'does not go on when the request is at fault, or is to end',
    async (step) => {
      const { run, tried, status } = setUp({ a: [step], b: [answered] })
      expect((await run()).outcome.kind).toBe('failed')
      expect(tried).toEqual(['a'])
      expect(status('a').lastError).toBeNull()
    },
  )

  it.each([
    rejected(401),
    rejected(402),
    rejected(404),
    error('upstream_credentials'),
    error('context_length_exceeded'),
  ])('goes on from a target that cannot, and does not come back to it', async (step) => {
    const { run, tried, clock } = setUp({ a: [step], b: [rejected(500), answered] })
    expect((await run()).outcome).toBe(answered)
    expect(tried).toEqual(['a', 'b', 'b'])
    expect(clock.waits).toEqual([500])
  })

  it('never goes on once an answer has begun', async () => {
    const { run, tried, status } = setUp({ a: [broken], b: [answered] })
    expect((await run()).outcome).toBe(broken)
    expect(tried).toEqual(['a'])
    expect(status('a').lastError).toBe('It broke off.')
  })

  it('comes again once, after a short wait, with two attempts more than targets', async () => {
    const { run, tried, clock } = setUp({ a: [rejected(500)], b: [rejected(500)], c: [rejected(503)] })
    const { outcome } = await run()
    expect(tried).toEqual(['a', 'b', 'c', 'a', 'b'])
    expect(clock.waits).toEqual([500])
    expect(outcome).toMatchObject({ kind: 'failed', upstreamStatus: 500 })
  })

  it('waits as long as the least patient target asks, and tries only those whose time has come', async () => {
    const { run, tried, clock } = setUp({ a: [rejected(429, 4000)], b: [rejected(429, 2000), answered] })
    expect((await run()).outcome).toBe(answered)
    expect(clock.waits).toEqual([2000])
    expect(tried).toEqual(['a', 'b', 'b'])
  })

  it('does not wait for a target that asks for more than five seconds', async () => {
    const { run, tried, clock } = setUp({ a: [rejected(429, 5001)], b: [rejected(404)] })
    expect((await run()).outcome).toMatchObject({ upstreamStatus: 429 })
    expect(tried).toEqual(['a', 'b'])
    expect(clock.waits).toEqual([])
  })

  it('passes by a target that cools', async () => {
    const { run, tried, fail } = setUp({ a: [answered], b: [answered] })
    fail('a')
    expect(targetKey((await run()).target)).toBe('p/b')
    expect(tried).toEqual(['b'])
  })

  it('tries the one that is the soonest over it when all cool', async () => {
    const { run, tried, clock, fail } = setUp({ a: [answered], b: [answered], c: [answered] })
    fail('b')
    clock.advance(1000)
    fail('a')
    fail('c')
    expect((await run()).outcome).toBe(answered)
    expect(tried).toEqual(['b'])
  })

  it('lets one request probe; the others go elsewhere meanwhile', async () => {
    const { health, clock, fail, tried, run } = setUp({ a: [answered], b: [answered] })
    fail('a')
    clock.advance(5000)
    const probe = health.tryTarget('p/a', '/chat/completions')
    expect(targetKey((await run()).target)).toBe('p/b')
    probe?.succeed()
    expect(targetKey((await run()).target)).toBe('p/a')
    expect(tried).toEqual(['b', 'a'])
  })

  it('tells the failure that leaves most hope', async () => {
    const { run } = setUp({ a: [rejected(503, 60_000)], b: [rejected(401)], c: [rejected(404)] })
    expect((await run()).outcome).toMatchObject({ upstreamStatus: 503 })
    const { run: second } = setUp({
      a: [rejected(404)],
      b: [rejected(401)],
      c: [error('unsupported_content')],
    })
    expect((await second()).outcome).toMatchObject({ upstreamStatus: 401 })
  })
})

describe('an abort', () => {
  it('ends it with its reason, and is held against nobody', async () => {
    const reason = error('request_cancelled')
    const set = setUp({
      a: [
        () => {
          set.controller.abort(reason)
          throw error('upstream_error')
        },
      ],
      b: [answered],
    })
    await expect(set.run()).rejects.toBe(reason)
    expect(set.tried).toEqual(['a'])
    expect(set.story).toMatchObject([{ outcome: 'aborted', code: null, status: null }])
    expect(set.status('a').lastError).toBeNull()
  })

  it('ends a wait', async () => {
    const set = setUp({ a: [rejected(503)] })
    const reason = error('shutting_down')
    set.clock.wait = async () => {
      set.controller.abort(reason)
      throw reason
    }
    await expect(set.run()).rejects.toBe(reason)
    expect(set.tried).toEqual(['a'])
  })
})

it('a mistake is no failure of the target', async () => {
  const mistake = new TypeError('undefined is not a function')
  const { run, tried, health, clock, fail } = setUp({ a: [mistake], b: [answered] })
  fail('a')
  clock.advance(5000)
  await expect(run()).rejects.toBe(mistake)
  expect(tried).toEqual(['a'])
  expect(health.tryTarget('p/a', '/chat/completions')).toBeDefined()
})

it('whatever targets do, an attempt that answers is the last, none is tried often, and all ends', async () => {
  const step = fc.oneof(
    fc.constant(answered),
    fc.constant(broken),
    fc
      .tuple(fc.constantFrom(400, 401, 404, 429, 500, 503), fc.option(fc.nat(20_000)))
      .map(([status, after]) => rejected(status, after)),
    fc.constantFrom<ErrorCode>('upstream_timeout', 'overloaded', 'sealed').map(error),
  )
  const route = fc.dictionary(
    fc.constantFrom('a', 'b', 'c', 'd'),
    fc.array(step, { minLength: 1, maxLength: 3 }),
    {
      minKeys: 1,
    },
  )
  await fc.assert(
    fc.asyncProperty(route, fc.array(fc.constantFrom('a', 'b', 'c', 'd')), async (steps, cooling) => {
      const { run, tried, story, fail } = setUp(steps)
      for (const model of cooling) fail(model, 3)
      const { target, outcome } = await run()
      expect(tried.length).toBeGreaterThan(0)
      expect(tried.length).toBeLessThanOrEqual(Object.keys(steps).length + 2)
      for (const model of tried)
        expect(tried.filter((other) => other === model).length).toBeLessThanOrEqual(2)
      expect(story.map((attempt) => attempt.target)).toEqual(tried.map((model) => `p/${model}`))
      const ends = story.map((attempt) => attempt.outcome !== 'failed')
      expect(ends.indexOf(true)).toBe(outcome.kind === 'failed' ? -1 : story.length - 1)
      expect(tried).toContain(target.model)
    }),
  )
})
