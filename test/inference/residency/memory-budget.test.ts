import { expect, test } from 'vitest'
import { memoryBudget } from '../../../src/inference/residency/memory-budget.ts'

test.each([
  ['the setting where there is one', 5, { machineBytes: 100, limitBytes: 50 }, 5],
  ['four fifths of the machine', 0, { machineBytes: 100, limitBytes: 0 }, 80],
  ['four fifths of a tighter limit', 0, { machineBytes: 100, limitBytes: 50 }, 40],
  ['the machine where the limit is beyond it', 0, { machineBytes: 100, limitBytes: 2 ** 64 }, 80],
])('is %s', (_, setting, machine, budget) => expect(memoryBudget(setting, machine)).toBe(budget))

test('knows this machine', () => expect(memoryBudget(0)).toBeGreaterThan(1e8))
