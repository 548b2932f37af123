import type { TokenDirectory } from '../access/known-tokens.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Capture } from '../logs/create-capture.ts'
import type { UpstreamConnection } from '../providers/connection.ts'
import type { ProviderDirectory } from '../providers/provider-store.ts'
import type { Snapshot } from './protocol.ts'

type Names = Snapshot['names']

/** What fronts are to know as of now. */
export function makeSnapshot({
  tokens,
  catalog,
  providers,
  capture,
  prices,
  settings,
}: {
  tokens: TokenDirectory
  catalog: Pick<Catalog, 'list' | 'find'>
  providers: ProviderDirectory
  capture: Pick<Capture, 'active'>
  prices: { readonly hasAny: boolean }
  settings: Snapshot['settings']
}): Snapshot {
  const { active } = capture
  return {
    tokens: tokens.known(),
    names: catalog.list().flatMap(({ name }): Names => {
      const found = catalog.find(name)
      if (!found) return []
      return [found.kind === 'local' ? { kind: 'local', name } : { ...found, name }]
    }),
    connections: providers.connections().map(describeConnection),
    hasPrices: prices.hasAny,
    captured: active && { model: active.model, until: active.until },
    settings,
  }
}

function describeConnection({ key, ...connection }: UpstreamConnection): Snapshot['connections'][number] {
  return { ...connection, key: key?.reveal() ?? null }
}
