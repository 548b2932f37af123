import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { UsageGroup, UsageQuery } from '../../src/storage/usage-sums.ts'
import type { UsageRow, UsageTable } from '../../src/storage/usage-table.ts'
import { openUsage, usageRow } from '../usage/open-ledger.ts'

const byKey = (groups: UsageGroup[]) =>
  groups.toSorted((one, other) => String(one.key).localeCompare(String(other.key)))

/** By token and day; what cost nothing is not told. */
async function spendingOf(table: UsageTable): Promise<Record<string, number>> {
  const spent: Record<string, number> = {}
  for (const { token, date, microCredits } of await table.spending()) {
    spent[`${token} ${date}`] = (spent[`${token} ${date}`] ?? 0) + microCredits
  }
  return spent
}

async function opened(rows: UsageRow[]) {
  const usage = await openUsage()
  if (rows.length > 0) usage.table.insert(rows)
  return usage
}

describe('sums', () => {
  const rows = [
    usageRow('a', { ms: 100, firstByteMs: 10 }),
    usageRow('b', { ms: 50, firstByteMs: null, token: null, provider: null, target: 'mine', model: 'mine' }),
    usageRow('c', { ms: 1, status: 500, code: 'engine_failed', startedAt: '2026-02-01T00:00:00.000Z' }),
    usageRow('d', { ms: 1, status: 499, token: 'token-2' }),
    usageRow('e', { ms: 1, code: 'upstream_error' }),
  ]

  test.each([
    [{ by: 'model' }, { fast: 4, mine: 1 }],
    [{ by: 'provider' }, { acme: 4, null: 1 }],
    [{ by: 'token' }, { 'token-1': 3, 'token-2': 1, null: 1 }],
    [{ by: 'day' }, { '2026-01-31': 4, '2026-02-01': 1 }],
    [{ by: 'model', model: 'fast' }, { fast: 4 }],
    [
      { by: 'day', tokens: ['token-1', 'token-2'] },
      { '2026-01-31': 3, '2026-02-01': 1 },
    ],
    [{ by: 'day', since: '2026-02-01T00:00:00.000Z' }, { '2026-02-01': 1 }],
    [{ by: 'day', until: '2026-02-01T00:00:00.000Z' }, { '2026-01-31': 4 }],
    [{ by: 'day', tokens: [] }, {}],
  ] satisfies [UsageQuery, object][])('%j', async (query, counts) => {
    const { thread } = await opened(rows)
    const groups = await thread.sum(query)
    expect(Object.fromEntries(groups.map(({ key, requests }) => [key, requests]))).toEqual(counts)
  })

  test('count what went wrong, and of times what there is', async () => {
    const { thread } = await opened(rows)
    expect(byKey(await thread.sum({ by: 'model' }))[0]).toEqual({
      key: 'fast',
      requests: 4,
      errors: 2,
      promptTokens: 40,
      cachedTokens: 16,
      completionTokens: 28,
      reasoningTokens: 8,
      firstBytes: 4,
      firstByteMs: 47.5,
      ms: 103,
      microCredits: 0,
    })
  })
})

const arbitraryRow = fc.record({
  // Eighths, so that their sums are exact.
  ms: fc.nat(8000).map((eighths) => eighths / 8),
  firstByteMs: fc.option(fc.nat(800).map((eighths) => eighths / 8)),
  startedAt: fc.nat(40 * 24).map((hour) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString()),
  token: fc.constantFrom('t1', 't2', null),
  model: fc.constantFrom('a', 'b'),
  target: fc.constantFrom('x', 'y', null),
  provider: fc.constantFrom('p', null),
  status: fc.constantFrom(200, 400, 499, 500),
  code: fc.constantFrom(null, 'engine_failed'),
  promptTokens: fc.nat(1000),
  completionTokens: fc.nat(1000),
  microCredits: fc.oneof(fc.constant(0), fc.nat(5_000_000)),
})

test('every sum stays what it was, at every step of a roll-up', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(arbitraryRow, { minLength: 1, maxLength: 60 }),
      fc.nat(40),
      fc.integer({ min: 1, max: 20 }),
      async (given, day, limit) => {
        const { table, thread } = await opened(given.map((rest, index) => usageRow(`r${index}`, rest)))
        const before = new Date(Date.UTC(2026, 0, 1 + day)).toISOString()
        const queries: UsageQuery[] = [
          { by: 'model' },
          { by: 'provider' },
          { by: 'token', model: 'a' },
          { by: 'day', tokens: ['t1'] },
          { by: 'day', since: before },
          { by: 'model', until: before },
        ]
        const asked = queries[day % queries.length]!
        const expected = byKey(await thread.sum(asked))
        const old = given.filter(({ startedAt }) => startedAt < before).length
        const spent = await spendingOf(table)
        let taken = 0
        for (;;) {
          const step = await table.rollUp(before, limit)
          taken += step
          expect(byKey(await thread.sum(asked))).toEqual(expected)
          expect(await spendingOf(table)).toEqual(spent)
          if (step < limit) break
        }
        expect(taken).toBe(old)
        expect((await table.all()).every(({ startedAt }) => startedAt >= before)).toBe(true)
      },
    ),
    { numRuns: 12 },
  )
})

test('a question that cannot be answered is an error, and the next is answered', async () => {
  const { thread, table } = await opened([usageRow('a')])
  const wrong = { by: 'nonsense' } as unknown as UsageQuery
  await expect(thread.sum(wrong)).rejects.toThrow('nonsense')
  expect(await thread.sum({ by: 'day' })).toHaveLength(1)
  await thread.checkpoint()
  expect(await table.all()).toHaveLength(1)
})

test('what tokens spent is told by the day, and of nobody else', async () => {
  const { table } = await opened([
    usageRow('a', { microCredits: 5 }),
    usageRow('b', { microCredits: 7 }),
    usageRow('c', { microCredits: 1, startedAt: '2026-02-01T00:00:00.000Z' }),
    usageRow('d', { microCredits: 9, token: null }),
    usageRow('e', { microCredits: 0, token: 'token-2' }),
  ])
  const spent = { 'token-1 2026-01-31': 12, 'token-1 2026-02-01': 1 }
  expect(await spendingOf(table)).toEqual(spent)
  // One that is there already is not paid for again.
  table.insert([usageRow('a', { microCredits: 50 })])
  expect(await spendingOf(table)).toEqual(spent)
  await table.rollUp('2026-02-01', 1)
  expect(await spendingOf(table)).toEqual(spent)
})
