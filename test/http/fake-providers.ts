import type { Provider, ProviderTest } from '../../src/api/providers.ts'
import { LlmdError } from '../../src/errors.ts'
import type { ProviderStore } from '../../src/providers/provider-store.ts'

/** Keeps what it is given, and connects to nobody. A provider called `broken` does not work. */
export function fakeProviders(): ProviderStore {
  const providers = new Map<string, Provider>()
  const get = (name: string) => {
    const provider = providers.get(name)
    if (provider) return provider
    throw new LlmdError('provider_not_found', `There is no provider called ${name}.`, { hint: 'Look.' })
  }
  return {
    presets: () => [preset],
    list: () => [...providers.values()],
    get,
    has: (name) => providers.has(name),
    async add({ name, base_url = blank.base_url, models: selected = [], key = null }) {
      if (name === 'broken') throw new LlmdError('provider_test_failed', 'Invalid API key')
      const provider = { ...blank, name, base_url, models: selected, has_key: key !== null }
      providers.set(name, provider)
      return provider
    },
    async edit(name, { prefix = null }) {
      const provider = { ...get(name), prefix }
      providers.set(name, provider)
      return provider
    },
    async remove(name) {
      const provider = get(name)
      providers.delete(name)
      return provider
    },
    async test(name, { model }) {
      get(name)
      return tested(model)
    },
    try: async ({ model }) => tested(model),
    async models(name) {
      get(name)
      return models
    },
    discover: async () => models.map(({ id }) => ({ id, served_as: null })),
    served: () => [],
    find: () => undefined,
    taken: () => undefined,
    upstream(name) {
      throw new LlmdError('provider_not_found', `There is no provider called ${name}.`)
    },
    start() {},
    async [Symbol.asyncDispose]() {},
  }
}

const preset = {
  id: 'openai',
  title: 'OpenAI',
  format: 'openai' as const,
  base_url: 'https://api.openai.com/v1',
  base_url_example: null,
  needs_key: true,
  keys_url: null,
}

const blank: Provider = {
  name: '',
  preset: null,
  format: 'openai',
  base_url: 'https://api.example/v1',
  prefix: null,
  models: [],
  all_models: false,
  headers: {},
  organization: null,
  project: null,
  proxy: null,
  ca_file: null,
  socket: null,
  allow_private: false,
  has_key: false,
  created_at: '2026-01-01T00:00:00.000Z',
  served: [],
  not_served: [],
  aliases: [],
  refreshed_at: null,
  health: { state: 'ready', retry_at: null, last_error: null },
}

const models = [
  { id: 'one', served_as: 'one' },
  { id: 'two', served_as: null },
]

function tested(model: string | undefined): ProviderTest {
  return { ok: true, model: model ?? null, attempts: 1, ms: 5, failure: null }
}
