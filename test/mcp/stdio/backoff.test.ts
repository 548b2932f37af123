import { expect, test } from 'vitest'
import { createBackoff } from '../../../src/mcp/stdio/backoff.ts'

const { signal } = new AbortController()

/** A backoff whose clock stands still. How long it lets wait is read from who gives up. */
function stopped(options: { mostMs?: number } = {}) {
  let now = 1000
  const backoff = createBackoff({
    firstMs: 100_000,
    mostMs: 500_000,
    healthyMs: 60_000,
    now: () => now,
    ...options,
  })
  return { backoff, advance: (ms: number) => void (now += ms) }
}

const isDue = async ({ backoff }: ReturnType<typeof stopped>) => {
  const soon = new AbortController()
  const waiting = backoff.wait(soon.signal).then(
    () => true,
    () => false,
  )
  // What is due resolves without a timer.
  await new Promise((resolve) => setImmediate(resolve))
  soon.abort()
  return waiting
}

test('a program that ends again and again is started less and less often', async () => {
  const one = stopped()
  expect(await isDue(one)).toBe(true)
  one.backoff.ended(10)
  expect(await isDue(one)).toBe(true)
  for (const ms of [100_000, 200_000, 400_000, 500_000, 500_000]) {
    one.backoff.ended(10)
    one.advance(ms - 10_000)
    expect(await isDue(one)).toBe(false)
    one.advance(10_000)
    expect(await isDue(one)).toBe(true)
  }
  one.backoff.ended(60_000)
  expect(await isDue(one)).toBe(true)
})

test('who leaves waits no more', async () => {
  const { backoff } = stopped()
  backoff.ended(1)
  backoff.ended(1)
  const leaving = new AbortController()
  const waiting = backoff.wait(leaving.signal)
  leaving.abort(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  await expect(backoff.wait(AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
})

test('a wait ends by itself', async () => {
  const backoff = createBackoff({ firstMs: 5 })
  backoff.ended(1)
  backoff.ended(1)
  await expect(backoff.wait(signal)).resolves.toBeUndefined()
})
