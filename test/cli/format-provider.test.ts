import { expect, test } from 'vitest'
import type { Provider } from '../../src/api/providers.ts'
import {
  formatFirst,
  formatProvider,
  formatProviderTest,
  formatServed,
} from '../../src/cli/format-provider.ts'

const provider: Provider = {
  name: 'lab',
  preset: null,
  format: 'openai',
  base_url: 'https://api.example/v1',
  prefix: 'l/',
  models: ['one', 'tw\u001b[31mo'],
  all_models: false,
  headers: { 'X-Team': 'a' },
  organization: null,
  project: null,
  proxy: null,
  ca_file: null,
  socket: null,
  allow_private: true,
  has_key: true,
  created_at: new Date(Date.now() - 3_600_000).toISOString(),
  served: ['l/one'],
  not_served: [{ model: 'tw\u202eo', reason: 'it is\u0007 taken' }],
  aliases: [],
  refreshed_at: null,
  health: { state: 'ready', retry_at: null, last_error: null },
}

test('a provider is told a line each, with nothing in it that moves the cursor', () => {
  const text = formatProvider(provider)
  expect(text).toMatch(/^Key +\*{8}$/m)
  expect(text).toMatch(/^Headers +X-Team: a$/m)
  expect(text).toMatch(/^Private hosts +allowed$/m)
  expect(text).toMatch(/^Added +1 hour ago$/m)
  expect(text).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u)
})

test('what is not served is said', () => {
  expect(formatServed(provider)).toBe('1 model.\nNot served: two (it is taken).')
  expect(formatServed({ ...provider, served: [], not_served: [] })).toBe('0 models.')
})

test('of many names the first are told, and how many more there are', () => {
  expect(formatFirst(['a', 'b'], 2)).toBe('a, b')
  expect(formatFirst(['a', 'b', 'c', 'd'], 2)).toBe('a, b + 2')
  expect(formatFirst([], 2)).toBe('')
})

test('a test tells what came of it', () => {
  const works = { ok: true, model: 'm', attempts: 1, ms: 12, failure: null }
  expect(formatProviderTest('lab', works)).toBe('lab works (m): it answered after 12 ms.')
  const failure = { code: 'x', message: 'Network error', hint: 'Look.' }
  expect(formatProviderTest('lab', { ...works, model: null, ok: false, failure })).toBe(
    'lab does not work: Network error.\nLook.',
  )
})
