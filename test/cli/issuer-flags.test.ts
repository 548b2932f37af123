import { expect, test } from 'vitest'
import { givenIssuerSettings } from '../../src/cli/issuer-flags.ts'

test('flags say what the API calls it, and nothing where they are absent', () => {
  expect(givenIssuerSettings({})).toEqual({})
  const flags = {
    audience: ['a'],
    'jwks-url': 'https://login.example/keys',
    algorithm: ['RS256' as const],
    'scope-claim': 'groups',
    grant: ['team=a=llm-all', 'ops=admin'],
    'default-scope': ['metrics' as const],
  }
  expect(givenIssuerSettings(flags)).toEqual({
    audience: ['a'],
    jwks_url: 'https://login.example/keys',
    algorithms: ['RS256'],
    scope_claim: 'groups',
    grants: [
      { value: 'team=a', scope: 'llm-all' },
      { value: 'ops', scope: 'admin' },
    ],
    default_scopes: ['metrics'],
  })
})

test.for(['ops', '=llm-all', 'ops=root', 'ops='])('%s grants nothing that is known', (grant) => {
  expect(() => givenIssuerSettings({ grant: [grant] })).toThrow(
    expect.objectContaining({ code: 'invalid_request', hint: expect.stringContaining('llm-all') }),
  )
})
