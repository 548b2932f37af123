import { createTokenVerifier } from '../access/known-tokens.ts'
import type { Principal } from '../access/token-store.ts'
import { LlmdError } from '../errors.ts'
import type { UpstreamConnection, UpstreamDeadlines } from '../providers/connection.ts'
import type { LiveUpstreams } from '../providers/live-upstreams.ts'
import type { Upstream } from '../providers/upstream.ts'
import type { RoutedModel } from '../routing/router.ts'
import type { Target } from '../routing/target.ts'
import { Secret } from '../secret.ts'
import type { Snapshot } from './protocol.ts'

type Name = Snapshot['names'][number]
type Connection = Snapshot['connections'][number]

/** What a front goes by. It is replaced as a whole, and holds at once. */
export interface LiveSnapshot {
  apply(snapshot: Snapshot): void
  readonly settings: Snapshot['settings']
  verify(key: string): Principal | undefined
  /** Whether providers alone answer for this name and nobody pays for it, so that it needs no daemon. */
  isForwarded(name: string): boolean
  /** Of names that are forwarded. */
  find(name: string): Target | RoutedModel | undefined
  /** @throws LlmdError `provider_not_found` */
  upstream(provider: string): Upstream
}

export function createLiveSnapshot(
  first: Snapshot,
  options: {
    upstreams: Pick<LiveUpstreams, 'get' | 'has' | 'retire'>
    connect: (connection: UpstreamConnection, deadlines: UpstreamDeadlines) => Upstream
    deadlines: UpstreamDeadlines
    /** Told of a provider that is reached in another way from now on, or is gone. */
    onReachedAnew: (provider: string) => void
    now?: () => number
  },
): LiveSnapshot {
  const { upstreams, connect, deadlines, onReachedAnew, now = Date.now } = options
  let connections = new Map<string, Connection>()
  let { settings, captured, hasPrices, names, verify } = read(first)

  function read(snapshot: Snapshot) {
    const next = new Map(snapshot.connections.map((connection) => [connection.provider, connection]))
    for (const [provider, connection] of connections) {
      const isKept = JSON.stringify(next.get(provider)) === JSON.stringify(connection)
      if (isKept) continue
      upstreams.retire(provider)
      onReachedAnew(provider)
    }
    const added = [...next.keys()].filter((provider) => !upstreams.has(provider))
    connections = next
    for (const provider of added) void upstreamOf(provider).warm()
    return {
      settings: snapshot.settings,
      captured: snapshot.captured,
      hasPrices: snapshot.hasPrices,
      names: new Map(snapshot.names.map((name) => [name.name, name])),
      verify: createTokenVerifier(snapshot.tokens, { now }),
    }
  }

  function upstreamOf(provider: string): Upstream {
    const connection = connections.get(provider)
    if (!connection) {
      throw new LlmdError('provider_not_found', `There is no provider called ${JSON.stringify(provider)}.`)
    }
    const key = connection.key === null ? null : new Secret(connection.key)
    return upstreams.get(provider, () => connect({ ...connection, key }, deadlines))
  }

  const isCaptured = (name: string) =>
    captured !== null &&
    (captured.model === null || captured.model === name) &&
    Date.parse(captured.until) > now()

  const isRemote = (name: Name | undefined): boolean => {
    if (name?.kind === 'remote') return connections.has(name.provider)
    return name?.kind === 'routed' && name.targets.every(({ model }) => isRemote(names.get(model)))
  }

  return {
    apply(snapshot) {
      ;({ settings, captured, hasPrices, names, verify } = read(snapshot))
    },
    get settings() {
      return settings
    },
    verify: (key) => verify(key),
    isForwarded: (name) => !hasPrices && isRemote(names.get(name)) && !isCaptured(name),
    find(name) {
      const found = names.get(name)
      return found?.kind === 'local' ? undefined : found
    },
    upstream: upstreamOf,
  }
}
