import { expect, test } from 'vitest'
import { isForbiddenHeader } from '../../src/api/forbidden-header.ts'
import { addProviderSchema } from '../../src/api/providers.ts'

test.for([
  'Authorization',
  'proxy-authorization',
  'Cookie',
  'Set-Cookie',
  'X-API-Key',
  'api-key',
  'x-goog-api-key',
  'Ocp-Apim-Subscription-Key',
  'X-Auth-Token',
  'Host',
  'Content-Length',
  'Connection',
  'Transfer-Encoding',
  'Accept-Encoding',
  'OpenAI-Organization',
])('%s is not for operators to set', (name) => {
  expect(isForbiddenHeader(name)).toBe(true)
  const parsed = addProviderSchema.safeParse({ name: 'a', headers: { [name]: 'x' } })
  expect(parsed.error?.issues[0]?.path).toEqual(['headers', name])
})

test.for(['HTTP-Referer', 'X-Title', 'User-Agent', 'X-Team', 'X-Session-Id', 'anthropic-version'])(
  '%s is',
  (name) => {
    expect(isForbiddenHeader(name)).toBe(false)
    expect(addProviderSchema.safeParse({ name: 'a', headers: { [name]: 'x' } }).success).toBe(true)
  },
)

test.for([
  [{ base_url: 'https://user:pass@api.example/v1' }, 'base_url'],
  [{ base_url: 'ftp://api.example/v1' }, 'base_url'],
  [{ base_url: 'https://api.example/v1?key=1' }, 'base_url'],
  [{ base_url: 'https://api.example/v1/chat/completions' }, 'base_url'],
  [{ proxy: 'http://user:pass@proxy:3128' }, 'proxy'],
  [{ headers: { 'X-Title': 'a\r\nHost: b' } }, 'headers'],
  [{ key: 'two words' }, 'key'],
  [{ key: '' }, 'key'],
  [{ prefix: 'a b' }, 'prefix'],
  [{ prefix: '/a' }, 'prefix'],
  [{ prefix: 'a'.repeat(33) }, 'prefix'],
  [{ models: Array.from({ length: 51 }, (_, index) => `m${index}`) }, 'models'],
  [{ models: ['a b'] }, 'models'],
  [{ ca_file: 'ca.pem' }, 'ca_file'],
  [{ socket: '/a\0b' }, 'socket'],
  [{ nmae: 'x' }, undefined],
] as const)('the schema refuses %j', ([fields, field]) => {
  const parsed = addProviderSchema.safeParse({ name: 'a', ...fields })
  expect(parsed.success).toBe(false)
  expect(parsed.error?.issues[0]?.path[0]).toBe(field)
})
