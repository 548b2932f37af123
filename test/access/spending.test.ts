import { expect, test } from 'vitest'
import { createSpending } from '../../src/access/spending.ts'

const at = (text: string) => new Date(`${text}:00.000Z`)

test('is summed up over all time, and for this day and month of UTC', () => {
  const clock = { now: at('2026-02-10T23:59').getTime() }
  const spending = createSpending({
    before: [
      { token: 'a', date: '2026-01-31', microCredits: 1000 },
      { token: 'a', date: '2026-02-01', microCredits: 100 },
      { token: 'a', date: '2026-02-10', microCredits: 20 },
      { token: 'b', date: '2026-02-10', microCredits: 5 },
    ],
    now: () => clock.now,
  })
  const figures = () => [spending.total('a'), spending.current('a', 'month'), spending.current('a', 'day')]
  expect(figures()).toEqual([1120, 120, 20])
  spending.add('a', 1, at('2026-02-10T23:58'))
  expect(figures()).toEqual([1121, 121, 21])
  clock.now = at('2026-02-11T00:01').getTime()
  expect(figures()).toEqual([1121, 121, 0])
  // What began yesterday is yesterday's.
  spending.add('a', 1, at('2026-02-10T23:59'))
  expect(figures()).toEqual([1122, 122, 0])
  clock.now = at('2026-03-01T00:00').getTime()
  expect(figures()).toEqual([1122, 0, 0])
  spending.add('a', 7, at('2026-03-01T00:00'))
  expect(figures()).toEqual([1129, 7, 7])
  expect(spending.total('nobody')).toBe(0)
  expect(spending.current('nobody', 'month')).toBe(0)
})
