import { assert, constantFrom, integer, property } from 'fast-check'
import { expect, it, test } from 'vitest'
import { judgeFailure, mayPass } from '../../src/deployments/judge-failure.ts'
import { errorCatalogue, type ErrorCode } from '../../src/errors.ts'

const codes = Object.keys(errorCatalogue) as ErrorCode[]

it.each([
  'model_not_found',
  'model_file_not_found',
  'model_file_invalid',
  'model_quarantined',
  'model_too_large',
  'gpu_unavailable',
] as const)('%s is for good', (code) => expect(judgeFailure(code, 1)).toBeNull())

it('waits for room as long as it takes, less and less often', () => {
  const waits = [1, 2, 3, 7, 100].map((tries) => judgeFailure('overloaded', tries))
  expect(waits).toEqual([1000, 2000, 4000, 60_000, 60_000])
})

it('tries three times what may have been chance', () => {
  expect([1, 2, 3].map((tries) => judgeFailure('model_load_failed', tries))).toEqual([1000, 2000, null])
})

test('the end of the daemon fails nothing', () => expect(judgeFailure('shutting_down', 50)).not.toBeNull())

test('what is tried again may pass, waits between a second and a minute, and never less than before', () => {
  assert(
    property(constantFrom(...codes), integer({ min: 1, max: 2000 }), (code, tries) => {
      const waitMs = judgeFailure(code, tries)
      if (waitMs === null) return
      expect(mayPass(code)).toBe(true)
      expect(waitMs).toBeGreaterThanOrEqual(1000)
      expect(waitMs).toBeLessThanOrEqual(60_000)
      expect(judgeFailure(code, tries + 1) ?? Infinity).toBeGreaterThanOrEqual(waitMs)
    }),
  )
})
