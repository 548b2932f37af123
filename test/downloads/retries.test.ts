import { expect, it } from 'vitest'
import { createRetries, withRetries } from '../../src/downloads/retries.ts'
import { retryAfterMs } from '../../src/downloads/retry-after.ts'
import { TransientFailure } from '../../src/downloads/transient-failure.ts'
import { LlmdError } from '../../src/errors.ts'

const policy = { attempts: 3, firstMs: 1, longestMs: 2 }
const signal = new AbortController().signal
const error = new LlmdError('upstream_error', 'no')
const failure = new TransientFailure(error)

it('gives up after so many failures in a row, with what failed', async () => {
  let tries = 0
  const work = () => {
    tries += 1
    return Promise.reject(failure)
  }
  await expect(withRetries(work, { policy, signal })).rejects.toBe(error)
  expect(tries).toBe(3)
})

it('begins to count anew after a success', async () => {
  const retries = createRetries(policy, { signal })
  for (let round = 0; round < 5; round++) {
    await retries.afterFailure(failure)
    await retries.afterFailure(failure)
    retries.succeeded()
  }
  await retries.afterFailure(failure)
  await retries.afterFailure(failure)
  await expect(retries.afterFailure(failure)).rejects.toBe(error)
})

it('does not try again what is final', async () => {
  await expect(createRetries(policy, { signal }).afterFailure(error)).rejects.toBe(error)
})

it('waits no longer than until it is aborted', async () => {
  const controller = new AbortController()
  const retries = createRetries(policy, { signal: controller.signal })
  const waiting = retries.afterFailure(new TransientFailure(error, { afterMs: 600_000 }))
  const reason = new Error('enough')
  controller.abort(reason)
  await expect(waiting).rejects.toBe(reason)
})

const now = Date.parse('2026-01-31T12:00:00Z')

it.each([
  [undefined, 0],
  ['7', 7000],
  ['0.5', 500],
  ['Sat, 31 Jan 2026 12:00:30 GMT', 30_000],
  ['Sat, 31 Jan 2026 11:00:00 GMT', 0],
  ['99999', 600_000],
  ['soon', 0],
])('Retry-After %s is %i ms', (header, ms) => {
  expect(retryAfterMs(header, now)).toBe(ms)
})
