import type { Snapshot } from '../../src/front/protocol.ts'

export const someConnection: Snapshot['connections'][number] = {
  provider: 'lab',
  baseUrl: 'http://127.0.0.1:9/v1',
  auth: { header: 'authorization', prefix: 'Bearer ' },
  key: 'sk-lab',
  headers: {},
  proxy: null,
  ca: null,
  socket: null,
  allowPrivate: true,
  asksForStreamUsage: true,
}

/** One local model, one of a provider, and what is told beside. */
export function someSnapshot(parts: Partial<Snapshot> = {}): Snapshot {
  return {
    tokens: [],
    names: [
      { kind: 'local', name: 'here' },
      { kind: 'remote', name: 'there', provider: 'lab', model: 'big' },
    ],
    connections: [someConnection],
    captured: null,
    hasPrices: false,
    settings: {
      allowedHosts: [],
      maxBodyBytes: 100_000,
      missingTokenStatus: 401,
      issuers: false,
      routeHeaders: true,
      logLevel: 'info',
      traces: false,
    },
    ...parts,
  }
}
