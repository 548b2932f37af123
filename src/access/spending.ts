import type { SpendingRow } from '../storage/usage-table.ts'

/** What tokens have spent, in micro-credits. No I/O: what was spent before is handed in. */
export interface Spending {
  /** All that it ever spent. */
  total(token: string): number
  /** Since the beginning of this day or this month of UTC. */
  current(token: string, per: 'day' | 'month'): number
  /** @param at when the request began: to that day it belongs, also where it ends on another */
  add(token: string, microCredits: number, at: Date): void
}

interface Account {
  total: number
  /** By its date; of those of last month nobody asks. */
  days: Map<string, number>
}

/** @param options.now the wall clock, in milliseconds since 1970: days are those of people */
export function createSpending({
  before = [],
  now = Date.now,
}: { before?: Iterable<SpendingRow>; now?: () => number } = {}): Spending {
  const accounts = new Map<string, Account>()

  function addTo(token: string, date: string, microCredits: number): void {
    let account = accounts.get(token)
    if (!account) accounts.set(token, (account = { total: 0, days: new Map() }))
    account.total += microCredits
    const day = account.days.get(date)
    account.days.set(date, (day ?? 0) + microCredits)
    if (day === undefined) forgetMonths(account, now())
  }

  for (const { token, date, microCredits } of before) addTo(token, date, microCredits)

  return {
    total: (token) => accounts.get(token)?.total ?? 0,
    current(token, per) {
      const days = accounts.get(token)?.days
      if (!days) return 0
      const today = dateOf(now())
      if (per === 'day') return days.get(today) ?? 0
      let sum = 0
      for (const [date, microCredits] of days) if (isSameMonth(date, today)) sum += microCredits
      return sum
    },
    add: (token, microCredits, at) => addTo(token, dateOf(at.getTime()), microCredits),
  }
}

function forgetMonths({ days }: Account, now: number): void {
  const today = dateOf(now)
  for (const date of days.keys()) if (date < today && !isSameMonth(date, today)) days.delete(date)
}

function isSameMonth(date: string, other: string): boolean {
  return date.slice(0, 7) === other.slice(0, 7)
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
