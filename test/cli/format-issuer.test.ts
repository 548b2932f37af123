import { expect, test } from 'vitest'
import type { Issuer, IssuerTest } from '../../src/api/issuers.ts'
import { formatGrants, formatIssuerTest } from '../../src/cli/format-issuer.ts'

const issuer: Issuer = {
  name: 'login',
  issuer: 'https://login.example',
  audience: ['llmd'],
  jwks_url: null,
  algorithms: ['RS256'],
  scope_claim: 'scope',
  grants: [],
  default_scopes: [],
  created_at: '2026-01-31T12:00:00.000Z',
  keys: null,
  keys_fetched_at: null,
  last_error: null,
}

test('grants are shown with what grants them', () => {
  expect(formatGrants(issuer)).toBe('nothing')
  const grants = [{ value: 'ops', scope: 'admin' as const }]
  expect(formatGrants({ ...issuer, grants, default_scopes: ['llm-all'] })).toBe(
    'all users=llm-all, ops=admin',
  )
})

const tested: IssuerTest = {
  jwks_url: 'https://login.example/keys',
  keys: [
    { kid: 'one', type: 'RSA', algorithm: 'RS256' },
    { kid: null, type: 'EC', algorithm: null },
  ],
  ms: 12.3,
  token: null,
}

test('a test shows the keys, and what the JWT is worth', () => {
  const keys = [
    '2 keys at https://login.example/keys, in 12 ms',
    'KEY  TYPE  ALGORITHM',
    'one  RSA   RS256',
    '-    EC    any',
  ]
  expect(formatIssuerTest(tested).split('\n')).toEqual(keys)
  const token = {
    accepted: true,
    reason: null,
    user: 'jwt:login:alice',
    scopes: [],
    claim_values: ['profile'],
    expires_at: null,
  }
  expect(
    formatIssuerTest({ ...tested, token })
      .split('\n')
      .slice(5),
  ).toEqual([
    'User     jwt:login:alice',
    'Scopes   none: no value of the claim grants anything',
    'Claim    profile',
    'Expires  -',
  ])
  const refused = { ...token, accepted: false, reason: 'The JWT has\u001b[31m expired.' }
  const shown = formatIssuerTest({ ...tested, token: refused })
  expect(shown).toContain('\nNot accepted. The JWT has')
  expect(shown).not.toContain('\u001b')
})
