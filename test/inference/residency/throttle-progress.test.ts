import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { throttleProgress } from '../../../src/inference/residency/throttle-progress.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('tells the first at once and then the newest, ten times a second', () => {
  const told: number[] = []
  using progress = throttleProgress((fraction) => told.push(fraction))
  for (let step = 0; step < 100; step += 1) {
    progress.update(step / 100)
    vi.advanceTimersByTime(10)
  }
  expect(told[0]).toBe(0)
  expect(told.length).toBeLessThanOrEqual(11)
  expect(told).toEqual(told.toSorted((one, other) => one - other))
})

test('loses nothing that stays', () => {
  const told: number[] = []
  using progress = throttleProgress((fraction) => told.push(fraction))
  progress.update(0.1)
  progress.update(0.9)
  expect(told).toEqual([0.1])
  vi.advanceTimersByTime(100)
  expect(told).toEqual([0.1, 0.9])
})

test('tells nothing once it is over', () => {
  const told: number[] = []
  const progress = throttleProgress((fraction) => told.push(fraction))
  progress.update(0.1)
  progress.update(0.9)
  progress[Symbol.dispose]()
  progress.update(1)
  vi.advanceTimersByTime(1000)
  expect(told).toEqual([0.1])
})
