import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createWarmKeeper } from '../../../src/providers/forwarding/warm-keeper.ts'

const minute = 60_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a connection is used at least every minute for ten minutes after a request, and then no more', () => {
  const used: number[] = []
  const start = Date.now()
  using keeper = createWarmKeeper({ warm: () => void used.push(Date.now() - start) })
  vi.advanceTimersByTime(10 * minute)
  expect(used).toEqual([])
  const began = Date.now() - start
  keeper.use()
  vi.advanceTimersByTime(60 * minute)
  const gaps = used.map((at, index) => at - (used[index - 1] ?? began))
  expect(Math.max(...gaps)).toBeLessThan(minute)
  expect(used.at(-1)! - began).toBe(10 * minute)
  expect(used).toHaveLength(12)
})

test('one that is in use is left alone', () => {
  const warm = vi.fn<() => void>()
  using keeper = createWarmKeeper({ warm })
  for (let second = 0; second < 300; second += 20) {
    keeper.use()
    vi.advanceTimersByTime(20_000)
  }
  expect(warm).not.toHaveBeenCalled()
  keeper[Symbol.dispose]()
  vi.advanceTimersByTime(10 * minute)
  expect(warm).not.toHaveBeenCalled()
})
