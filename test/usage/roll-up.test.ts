import { expect, test } from 'vitest'
import { createLog } from '../../src/log.ts'
import { createRollUp } from '../../src/usage/roll-up.ts'
import { openUsage, usageRow } from './open-ledger.ts'

const log = createLog({ level: 'error', write: () => {} })
const at = (startedAt: string) => usageRow(startedAt, { startedAt })

test('whole days go when they are older than is kept, and what they held is summed', async () => {
  const { table, thread } = await openUsage()
  table.insert([
    at('2026-01-01T23:59:59.999Z'),
    at('2026-01-02T00:00:00.000Z'),
    at('2026-01-12T12:00:00.000Z'),
    ...Array.from({ length: 250 }, (_, index) =>
      usageRow(`r${index}`, { startedAt: '2025-12-01T00:00:00.000Z' }),
    ),
  ])
  let keepDays = 10
  await using rollUp = createRollUp({
    table,
    thread,
    keepDays: () => keepDays,
    log,
    now: () => Date.parse('2026-01-12T13:00:00.000Z'),
  })
  expect(await rollUp.run()).toBe(251)
  expect((await table.all()).map(({ startedAt }) => startedAt)).toEqual([
    '2026-01-02T00:00:00.000Z',
    '2026-01-12T12:00:00.000Z',
  ])
  expect(await rollUp.run()).toBe(0)
  keepDays = 1
  expect(await rollUp.run()).toBe(1)
  const days = await thread.sum({ by: 'day' })
  expect(Object.fromEntries(days.map(({ key, requests }) => [key, requests]))).toEqual({
    '2025-12-01': 250,
    '2026-01-01': 1,
    '2026-01-02': 1,
    '2026-01-12': 1,
  })
})

test('who asks while one is under way waits for that one', async () => {
  const { table, thread } = await openUsage()
  table.insert([usageRow('a', { startedAt: '2020-01-01T00:00:00.000Z' })])
  await using rollUp = createRollUp({ table, thread, keepDays: () => 1, log })
  expect(await Promise.all([rollUp.run(), rollUp.run()])).toEqual([1, 1])
})

test('it ends between two steps, and the rest is taken another time', async () => {
  const { table, thread } = await openUsage()
  const old = { startedAt: '2020-01-01T00:00:00.000Z' }
  table.insert(Array.from({ length: 350 }, (_, index) => usageRow(`r${index}`, old)))
  const rollUp = createRollUp({ table, thread, keepDays: () => 1, log })
  const running = rollUp.run()
  await rollUp[Symbol.asyncDispose]()
  const taken = await running
  expect(taken).toBeLessThan(350)
  expect(await table.all()).toHaveLength(350 - taken)
})
