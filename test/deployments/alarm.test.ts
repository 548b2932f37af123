import { expect, test, vi } from 'vitest'
import { createAlarm } from '../../src/deployments/alarm.ts'

const patience = { timeout: 10_000, interval: 5 }

/** An alarm that looks at its clock every 2 ms. */
function openAlarm() {
  const clock = { now: 1_000_000, looks: 0 }
  const rung: number[] = []
  const alarm = createAlarm({
    ring: () => void rung.push(clock.now),
    now: () => (clock.looks++, clock.now),
    checkMs: 2,
  })
  return {
    clock,
    rung,
    alarm,
    async looksAgain() {
      const before = clock.looks
      await vi.waitFor(() => expect(clock.looks).toBeGreaterThan(before + 4), patience)
    },
    [Symbol.dispose]: () => alarm[Symbol.dispose](),
  }
}

test('it rings once when the clock is set forward past its time', async () => {
  using opened = openAlarm()
  opened.alarm.set(2_000_000)
  await opened.looksAgain()
  expect(opened.rung).toEqual([])
  opened.clock.now = 3_000_000
  await vi.waitFor(() => expect(opened.rung).toEqual([3_000_000]), patience)
})

test('it waits on when the clock is set back', async () => {
  using opened = openAlarm()
  opened.alarm.set(1_000_001)
  opened.clock.now = 500_000
  await opened.looksAgain()
  expect(opened.rung).toEqual([])
  opened.clock.now = 1_000_001
  await vi.waitFor(() => expect(opened.rung).toEqual([1_000_001]), patience)
})

test('it goes by what it was set to last, at once where that is past', async () => {
  using opened = openAlarm()
  opened.alarm.set(1_500_000)
  opened.alarm.set(2_000_000)
  opened.clock.now = 1_600_000
  await opened.looksAgain()
  expect(opened.rung).toEqual([])
  opened.alarm.set(1)
  await vi.waitFor(() => expect(opened.rung).toEqual([1_600_000]), patience)
})
