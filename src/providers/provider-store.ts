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
} from '../api/providers.ts'
import type { UpstreamConnection } from './connection.ts'
import type { RemoteModel } from './served-models.ts'
import type { Upstream } from './upstream.ts'

/** The providers the operator defined, their keys, and the connections to them. */
export interface ProviderStore extends AsyncDisposable {
  presets(): ProviderPreset[]
  /** By name, alphabetically. */
  list(): Provider[]
  /** @throws LlmdError `provider_not_found` */
  get(name: string): Provider
  has(name: string): boolean
  /**
   * Tries the connection unless told otherwise. Durable when it resolves.
   * @throws LlmdError `provider_exists`, `model_exists`, `provider_test_failed`, `sealed`
   */
  add(provider: AddProvider, signal: AbortSignal): Promise<Provider>
  /**
   * Holds at once: new requests go the new way, and those under way end on the old one. The connection is tried where
   * the change is about how the provider is reached, or brings models.
   * @throws LlmdError as `add`, and `provider_not_found`
   */
  edit(name: string, change: EditProvider, signal: AbortSignal): Promise<Provider>
  /** Forgets the provider and its key; its models are gone. @throws LlmdError `provider_not_found` */
  remove(name: string): Promise<Provider>
  /** A small chat completion with what is saved, but for what is given. @throws LlmdError `provider_not_found` */
  test(name: string, difference: TestProvider, signal: AbortSignal): Promise<ProviderTest>
  /** The same for what was not saved yet. */
  try(attempt: TryProvider, signal: AbortSignal): Promise<ProviderTest>
  /**
   * What the provider has.
   * @throws LlmdError `provider_not_found`; else one that says whether it was the key, the base URL or the network
   */
  models(name: string, signal: AbortSignal): Promise<ProviderModel[]>
  /** The same for what was not saved yet. */
  discover(draft: DraftProvider, signal: AbortSignal): Promise<ProviderModel[]>

  /** Every name that clients are offered: by provider, alphabetically within each. */
  served(): ServedModel[]
  /** What a name stands for, unless something else than a provider has it. No I/O. */
  find(name: string): RemoteModel | undefined
  /** Who has a name, as in `the provider openrouter`; undefined where it is free. */
  taken(name: string): string | undefined
  /** The live connection. @throws LlmdError `provider_not_found`, `sealed`, `data_corrupt`, `upstream_unreachable` */
  upstream(provider: string): Upstream
  /**
   * Asks those that serve all they have what that is, now and every hour. From now on the connections to those that
   * there are, and come or change later, are opened before the first request.
   */
  start(): void
}

/** Tells other processes how providers are reached. */
export interface ProviderDirectory {
  /** But for those whose key or authority cannot be read. */
  connections(): UpstreamConnection[]
}

interface ServedModel extends RemoteModel {
  name: string
  /** When the provider was added: ISO 8601. */
  createdAt: string
}
