import type { Provider } from '../api/providers.ts'

/** Vendors that the conventions of OpenTelemetry name otherwise than llmd, in `gen_ai.provider.name`. */
const conventional: ReadonlyMap<string, string> = new Map([
  ['azure-openai', 'azure.ai.openai'],
  ['mistral', 'mistral_ai'],
  ['xai', 'x_ai'],
])

/** What traces say of a provider. One that is no vendor's goes by the operator's name for it. */
export function traceProvider({ name, preset, base_url }: Pick<Provider, 'name' | 'preset' | 'base_url'>): {
  vendor: string
  address: string
  port: number
} {
  const { hostname, port, protocol } = new URL(base_url)
  return {
    vendor: preset === null ? name : (conventional.get(preset) ?? preset),
    address: hostname,
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  }
}
