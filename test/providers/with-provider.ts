import type { AddProvider } from '../../src/api/providers.ts'
import type { ProviderStore } from '../../src/providers/provider-store.ts'
import { openFakeProvider } from '../fixtures/fake-provider.ts'
import { openStore } from './open-store.ts'

export const canary = 'sk-canary-0123456789abcdef'
export const signal = new AbortController().signal
export const allow = { allow_private: true }
export const patience = { timeout: 10_000, interval: 20 }

export const ask = (store: ProviderStore, name: string, path = '/models') =>
  store.upstream(name).exchange({ method: 'GET', path, timeoutMs: 5000 }, signal)

/** A provider that knows this key alone, a store, and what adds the one to the other. */
export async function withProvider(
  given: Partial<AddProvider> = {},
  options: Parameters<typeof openStore>[0] = {},
) {
  const fake = await openFakeProvider({ key: canary })
  const opened = await openStore(options)
  const add = {
    name: 'fake',
    base_url: fake.baseUrl,
    key: canary,
    models: ['chat-small'],
    ...allow,
    ...given,
  }
  return { fake, add, ...opened }
}
