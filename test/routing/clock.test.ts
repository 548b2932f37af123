import { expect, test } from 'vitest'
import { systemClock } from '../../src/routing/clock.ts'

test('a wait is never shorter than was asked for', async () => {
  const { signal } = new AbortController()
  for (const ms of [0, 0.4, 3, 7.9]) {
    const start = systemClock.now()
    await systemClock.wait(ms, signal)
    expect(systemClock.now() - start).toBeGreaterThanOrEqual(ms)
  }
})

test('an abort ends a wait with its reason', async () => {
  const controller = new AbortController()
  const waiting = systemClock.wait(60_000, controller.signal)
  const reason = new Error('enough')
  controller.abort(reason)
  await expect(waiting).rejects.toBe(reason)
  await expect(systemClock.wait(1, controller.signal)).rejects.toBe(reason)
})
