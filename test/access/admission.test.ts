import { expect, test } from 'vitest'
import { createAdmission } from '../../src/access/admission.ts'
import { createSpending } from '../../src/access/spending.ts'
import type { ChatUsage } from '../../src/chat/usage.ts'
import type { LlmdError } from '../../src/errors.ts'
import type { TokenLimits } from '../../src/storage/token-table.ts'

const none: TokenLimits = { rpm: null, tpm: null, creditsUntil: null, budget: null }
const million = 1_000_000
const noon = Date.parse('2026-01-31T12:00:00.000Z')

function open({ price = 0 } = {}) {
  const clock = { now: 5000, today: noon }
  const spending = createSpending({ now: () => clock.today })
  const tariff = ({ promptTokens, completionTokens }: ChatUsage) => (promptTokens + completionTokens) * price
  const admission = createAdmission({
    spending,
    tariffOf: (model) => (price > 0 && model !== 'free' ? tariff : null),
    now: () => clock.now,
  })
  const admit = (
    limits: Partial<TokenLimits> | null,
    { token = 'id', model = 'm' }: { token?: string | null; model?: string } = {},
  ) =>
    admission.admit(
      { tokenId: token, limits: limits && { ...none, ...limits } },
      model,
      new Date(clock.today),
    )
  const refusal = (limits: Partial<TokenLimits>): Pick<LlmdError, 'code' | 'headers' | 'message'> => {
    try {
      admit(limits)
    } catch (error) {
      return error as LlmdError
    }
    throw new Error('It was let in.')
  }
  return { clock, spending, admit, refusal }
}

const used = (tokens: number): ChatUsage => ({
  promptTokens: tokens,
  completionTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
})

test('where nothing is limited and nothing has a price, there is nothing to do', () => {
  expect(open().admit(null)).toBeNull()
  expect(open({ price: 1 }).admit(null, { model: 'free' })).toBeNull()
})

test('requests beyond the limit of a minute are told when to come again', () => {
  const { clock, admit, refusal } = open()
  expect(admit({ rpm: 2 })?.headers(null)).toEqual({
    'x-ratelimit-limit-requests': '2',
    'x-ratelimit-remaining-requests': '1',
    'x-ratelimit-reset-requests': '1m0s',
  })
  clock.now += 10_000
  admit({ rpm: 2 })
  clock.now += 500
  expect(refusal({ rpm: 2 })).toMatchObject({
    code: 'rate_limit_exceeded',
    headers: {
      'retry-after': '50',
      'retry-after-ms': '49500',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '1m0s',
    },
  })
  // Another token, and another limit of the same one, hold by themselves and at once.
  expect(admit({ rpm: 2 }, { token: 'other' })).not.toBeNull()
  expect(admit({ rpm: 3 })).not.toBeNull()
  clock.now += 49_500
  expect(refusal({ rpm: 2 }).headers?.['retry-after']).toBe('10')
  expect(admit({ rpm: 3 })).not.toBeNull()
})

test('tokens count when they are known, and the next request waits for them', () => {
  const { clock, admit, refusal } = open()
  const admitted = admit({ tpm: 100 })
  admitted?.settle(used(60))
  // Again, the difference alone.
  admitted?.settle(used(150))
  admitted?.settle(used(150))
  expect(admitted?.headers()).toEqual({
    'x-ratelimit-limit-tokens': '100',
    'x-ratelimit-remaining-tokens': '0',
    'x-ratelimit-reset-tokens': '1m1s',
  })
  expect(refusal({ tpm: 100 })).toMatchObject({
    code: 'rate_limit_exceeded',
    message: expect.stringContaining('100 tokens a minute'),
    headers: { 'retry-after': '61' },
  })
  expect(admit({ tpm: 151 })).not.toBeNull()
  clock.now += 61_000
  expect(admit({ tpm: 100 })?.headers()).toMatchObject({
    'x-ratelimit-remaining-tokens': '100',
    'x-ratelimit-reset-tokens': '0s',
  })
})

test('a balance is used up, and below zero only by what was under way', () => {
  const { spending, admit, refusal } = open({ price: 500 })
  const limits = { creditsUntil: million }
  const first = admit(limits)
  const second = admit(limits)
  expect(first?.headers()).toEqual({ 'x-credits-remaining': '1' })
  expect(first?.headers(used(1999))).toEqual({
    'x-credits-consumed': '0.9995',
    'x-credits-remaining': '0.0005',
  })
  expect(first?.settle(used(1999))).toBe(999_500)
  expect(admit(limits)?.headers(null)).toEqual({ 'x-credits-consumed': '0', 'x-credits-remaining': '0.0005' })
  expect(second?.headers(used(2000))).toEqual({ 'x-credits-consumed': '1', 'x-credits-remaining': '0' })
  expect(spending.total('id')).toBe(1_999_500)
  expect(refusal(limits)).toMatchObject({
    code: 'insufficient_quota',
    headers: { 'x-credits-remaining': '0' },
  })
  expect(admit({ creditsUntil: 2 * million })?.headers(used(0))).toMatchObject({
    'x-credits-remaining': '0.0005',
  })
})

test('a budget is there again on the next day', () => {
  const { clock, admit, refusal } = open({ price: million })
  const limits: Partial<TokenLimits> = { budget: { credits: 3 * million, per: 'day' } }
  expect(admit(limits)?.headers(used(2))).toEqual({ 'x-credits-consumed': '2', 'x-credits-remaining': '1' })
  // The least of both is what is left.
  expect(admit({ ...limits, creditsUntil: 2.5 * million })?.headers()).toEqual({
    'x-credits-remaining': '0.5',
  })
  admit(limits)?.settle(used(1))
  expect(refusal(limits)).toMatchObject({
    code: 'insufficient_quota',
    message: expect.stringContaining('for this day'),
  })
  expect(refusal({ ...limits, creditsUntil: 1 }).message).not.toContain('day')
  clock.today += 12 * 3_600_000
  expect(admit(limits)?.headers()).toEqual({ 'x-credits-remaining': '3' })
})

test('whoever has no token, or no limits, is told what it cost, and owes nothing', () => {
  const { spending, admit } = open({ price: million })
  const admitted = admit(null, { token: null })
  expect(admitted?.headers()).toEqual({})
  expect(admitted?.headers(used(3))).toEqual({ 'x-credits-consumed': '3' })
  expect(admitted?.settle(null)).toBe(3 * million)
  expect(admit(null)?.headers(used(2))).toEqual({ 'x-credits-consumed': '2' })
  expect(spending.total('id')).toBe(2 * million)
  const unpaid = admit({ rpm: 1 }, { model: 'free' })
  expect(unpaid?.settle(used(5))).toBeNull()
  expect(unpaid?.headers(used(5))).not.toHaveProperty('x-credits-consumed')
})
