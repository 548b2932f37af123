import { expect, it } from 'vitest'
import { formatToken, formatTokenEnd, keyTail } from '../../src/cli/format-token.ts'
import { readTokenEnd } from '../../src/cli/token-flags.ts'
import { withoutLimits } from '../access/without-limits.ts'

const now = Date.parse('2026-01-31T12:00:00.000Z')

const token = {
  id: 'b2c1c2f0-0000-4000-8000-000000000001',
  name: 'lap\u001b[2Jtop',
  masked: 'sk-llmd-v1-********-c0ffee',
  scopes: ['llm-all' as const, 'admin' as const],
  created_at: '2026-01-31T12:00:00.000Z',
  expires_at: null,
  revoked_at: null,
  ...withoutLimits,
}

it.each([
  [{}, 'never'],
  [{ expires_at: '2026-05-01T12:00:00.000Z' }, 'in 90 days'],
  [{ expires_at: '2026-01-31T12:00:00.000Z' }, 'expired'],
  [{ revoked_at: '2026-01-31T12:00:00.000Z' }, 'revoked'],
])('a token with %j ends %s', (difference, end) => {
  expect(formatTokenEnd({ ...token, ...difference }, now)).toBe(end)
})

it('shows the key of a token where it was just made, and of others what may be shown', () => {
  expect(formatToken(token)).toMatch(
    /^Name +lap\[2Jtop\nId +b2c1.*\nToken +sk-llmd-v1-\*{8}-c0ffee\nScopes +llm-all, admin$/m,
  )
  expect(formatToken({ ...token, key: 'sk-llmd-v1-secret' })).toMatch(/^Key +sk-llmd-v1-secret$/m)
})

it('reads how long a token lasts', () => {
  expect(readTokenEnd('never', now)).toBe(null)
  expect(readTokenEnd('90d', now)).toBe('2026-05-01T12:00:00.000Z')
  expect(() => readTokenEnd('soon', now)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})

it('has room in a table for what tells keys apart', () => {
  expect(keyTail('sk-llmd-v1-********-c0ffee')).toBe('…c0ffee')
})
