import { describe, expect, it } from 'vitest'
import { formatTokenLimits, tokenLimitPairs } from '../../src/cli/format-token-limits.ts'
import { formatPriceSubject, readPriceSubject } from '../../src/cli/price-subject.ts'
import { givenTokenLimits, resetTokenLimits, resettableTokenFlags } from '../../src/cli/token-limit-flags.ts'
import { sampleTokens } from '../tui/management-samples.ts'

const [token] = sampleTokens

describe('limits of a token', () => {
  it('are what the flags say, and no others', () => {
    expect(givenTokenLimits({})).toEqual({})
    expect(givenTokenLimits({ model: ['a'], rpm: 3, tpm: 5, credits: 0.5, budget: '10/day' })).toEqual({
      models: ['a'],
      rpm: 3,
      tpm: 5,
      credits: 0.5,
      budget: { credits: 10, per: 'day' },
    })
    expect(givenTokenLimits({ budget: '0.25/month' })).toEqual({ budget: { credits: 0.25, per: 'month' } })
  })

  it.each(['10', '10/week', '/day', '-1/day', '1e3/day', '10 / day'])('are not %j', (budget) => {
    expect(() => givenTokenLimits({ budget })).toThrow('credits a day or a month')
  })

  it('can all be taken back', () => {
    const taken = resetTokenLimits(resettableTokenFlags)
    expect(taken).toEqual({ models: null, rpm: null, tpm: null, credits: null, budget: null })
  })

  it('are told where there are any', () => {
    expect(token && [formatTokenLimits(token), tokenLimitPairs(token)]).toEqual(['', []])
    const limited = {
      ...token!,
      models: ['a'],
      rpm: 30,
      tpm: 2000,
      credits: -0.000_001,
      credits_used: 3.5,
      budget: { credits: 10, per: 'day' as const },
      budget_used: 2.5,
    }
    expect(formatTokenLimits(limited)).toBe('1 model, 30 rpm, 2000 tpm, -0.000001 credits, 7.5 this day')
    expect(Object.fromEntries(tokenLimitPairs(limited))).toEqual({
      Models: 'a',
      Requests: '30 a minute',
      Tokens: '2000 a minute',
      Credits: '-0.000001 left',
      Budget: '2.5 of 10 this day',
      Used: '3.5 credits',
    })
  })
})

describe('a price', () => {
  it('is of a model or of a tier', () => {
    expect(readPriceSubject({ model: 'a' }, {})).toEqual({ kind: 'model', name: 'a' })
    expect(readPriceSubject({}, { tier: 'small' })).toEqual({ kind: 'tier', name: 'small' })
    expect(() => readPriceSubject({}, {})).toThrow('either')
    expect(() => readPriceSubject({ model: 'a' }, { tier: 'small' })).toThrow('either')
  })

  it('is named for what it is of', () => {
    expect(formatPriceSubject({ kind: 'model', name: '*' })).toBe('any model without a price')
    expect(formatPriceSubject({ kind: 'tier', name: 'a\u001b' })).not.toContain('\u001b')
  })
})
