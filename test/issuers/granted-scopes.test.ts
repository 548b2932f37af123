import { expect, test } from 'vitest'
import { claimValues, grantedScopes } from '../../src/issuers/granted-scopes.ts'

const roles = {
  realm_access: { roles: ['user', 'admin'] },
  'https://app/roles': ['user'],
  scope: ' a  b\tc ',
}

test.for([
  ['scope', ['a', 'b', 'c']],
  ['realm_access.roles', ['user', 'admin']],
  ['https://app/roles', ['user']],
  ['realm_access', []],
  ['realm_access.roles.length', []],
  ['__proto__', []],
  ['constructor.name', []],
  ['nowhere', []],
] as const)('the claim %s holds %j', ([name, values]) => {
  expect(claimValues(roles, name)).toEqual(values)
})

test('what is no text in a claim counts for nothing', () => {
  expect(claimValues({ scope: ['a', 1, null, ['b']] }, 'scope')).toEqual(['a'])
  expect(claimValues({ scope: 7 }, 'scope')).toEqual([])
  expect(claimValues(JSON.parse('{"__proto__": {"scope": "a"}}'), 'scope')).toEqual([])
})

test('scopes are granted by values and to everyone, each once', () => {
  const settings = {
    scope_claim: 'realm_access.roles',
    grants: [
      { value: 'user', scope: 'llm-all' as const },
      { value: 'admin', scope: 'admin' as const },
      { value: 'admin', scope: 'llm-all' as const },
      { value: 'other', scope: 'metrics' as const },
    ],
    default_scopes: [],
  }
  expect(grantedScopes(roles, settings)).toEqual(['llm-all', 'admin'])
  expect(grantedScopes({}, settings)).toEqual([])
  expect(grantedScopes({}, { ...settings, default_scopes: ['metrics'] })).toEqual(['metrics'])
})
