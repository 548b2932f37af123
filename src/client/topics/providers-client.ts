import type {
  AddProvider,
  DraftProvider,
  EditProvider,
  Provider,
  ProviderModel,
  ProviderPreset,
  ProviderTest,
  TestProvider,
  TryProvider,
} from '../../api/providers.ts'
import type { Calls } from '../create-calls.ts'

/** Providers, and what they have. */
export interface ProvidersClient {
  listProviderPresets(): Promise<ProviderPreset[]>
  listProviders(): Promise<Provider[]>
  getProvider(name: string): Promise<Provider>
  /** Resolves once the connection was tried, unless it says not to. */
  addProvider(provider: AddProvider): Promise<Provider>
  editProvider(name: string, change: EditProvider): Promise<Provider>
  removeProvider(name: string): Promise<Provider>
  /** Tries what is saved, but for what is given. */
  testProvider(name: string, difference?: TestProvider): Promise<ProviderTest>
  /** Tries what is not saved. */
  tryProvider(draft: TryProvider): Promise<ProviderTest>
  /** What the provider says it has. */
  listProviderModels(name: string): Promise<ProviderModel[]>
  /** What a provider that is not saved says it has. */
  discoverModels(draft: DraftProvider): Promise<ProviderModel[]>
}

export function providersClient({ call, list }: Calls): ProvidersClient {
  return {
    listProviderPresets: () => list('/provider-presets'),
    listProviders: () => list('/providers'),
    getProvider: (name) => call('GET', providerPath(name)),
    addProvider: (body) => call('POST', '/providers', { body, patient: true }),
    editProvider: (name, body) => call('PATCH', providerPath(name), { body, patient: true }),
    removeProvider: (name) => call('DELETE', providerPath(name)),
    testProvider: (name, body = {}) => call('POST', `${providerPath(name)}/test`, { body, patient: true }),
    tryProvider: (body) => call('POST', '/provider-tests', { body, patient: true }),
    listProviderModels: (name) => list(`${providerPath(name)}/models`, { patient: true }),
    discoverModels: async (body) =>
      (await call<{ data: ProviderModel[] }>('POST', '/provider-models', { body, patient: true })).data,
  }
}

function providerPath(name: string): string {
  return `/providers/${encodeURIComponent(name)}`
}
