import { describe, expect, it } from 'vitest'
import { createTokenKey } from '../../src/access/token-key.ts'
import { createLiveSnapshot } from '../../src/front/live-snapshot.ts'
import type { Snapshot } from '../../src/front/protocol.ts'
import type { UpstreamConnection } from '../../src/providers/connection.ts'
import type { Upstream } from '../../src/providers/upstream.ts'
import { someConnection, someSnapshot } from './some-snapshot.ts'

const deadlines = { connect: 1, firstByte: 1, idle: 1, total: 1 }

function open(first: Snapshot, { now = () => 0 }: { now?: () => number } = {}) {
  const retired: string[] = []
  const reachedAnew: string[] = []
  const connected: UpstreamConnection[] = []
  const warmed: string[] = []
  const upstreams = new Map<string, Upstream>()
  const live = createLiveSnapshot(first, {
    upstreams: {
      get(name, connect) {
        const upstream = upstreams.get(name) ?? connect()
        upstreams.set(name, upstream)
        return upstream
      },
      has: (name) => upstreams.has(name),
      retire(name) {
        upstreams.delete(name)
        retired.push(name)
      },
    },
    connect(connection) {
      connected.push(connection)
      return { warm: async () => void warmed.push(connection.provider) } as Upstream
    },
    deadlines,
    onReachedAnew: (name) => void reachedAnew.push(name),
    now,
  })
  return { live, retired, reachedAnew, connected, warmed }
}

const routed = (name: string, ...targets: string[]): Snapshot['names'][number] => ({
  kind: 'routed',
  name,
  strategy: 'fallback',
  targets: targets.map((model) => ({ model, weight: 1 })),
})

describe('what a front answers', () => {
  it.each([
    ['there', true],
    ['here', false],
    ['nobody', false],
    ['all-remote', true],
    ['mixed', false],
    ['nested', true],
    ['nested-mixed', false],
    ['with-gone', false],
    ['sealed', false],
  ])('%s: %s', (name, expected) => {
    const { names } = someSnapshot()
    const { live } = open(
      someSnapshot({
        names: [
          ...names,
          { kind: 'remote', name: 'sealed', provider: 'other', model: 'm' },
          routed('all-remote', 'there'),
          routed('mixed', 'there', 'here'),
          routed('nested', 'all-remote'),
          routed('nested-mixed', 'there', 'mixed'),
          routed('with-gone', 'there', 'gone'),
        ],
      }),
    )
    expect(live.isForwarded(name)).toBe(expected)
  })

  it('is nothing where there are prices', () => {
    const { live } = open(someSnapshot({ hasPrices: true }))
    expect(live.isForwarded('there')).toBe(false)
    live.apply(someSnapshot())
    expect(live.isForwarded('there')).toBe(true)
  })

  it('is nothing whose prompts are captured, until then', () => {
    let now = 0
    const until = new Date(1000).toISOString()
    const { live } = open(someSnapshot({ captured: { model: null, until } }), { now: () => now })
    expect(live.isForwarded('there')).toBe(false)
    live.apply(someSnapshot({ captured: { model: 'another', until } }))
    expect(live.isForwarded('there')).toBe(true)
    live.apply(someSnapshot({ captured: { model: 'there', until } }))
    expect(live.isForwarded('there')).toBe(false)
    now = 1000
    expect(live.isForwarded('there')).toBe(true)
  })
})

describe('a new snapshot', () => {
  it('makes new connections of those that changed, before anybody asks, and keeps the others', () => {
    const other = { ...someConnection, provider: 'other' }
    const { live, retired, reachedAnew, connected, warmed } = open(
      someSnapshot({ connections: [someConnection, other] }),
    )
    expect(warmed).toEqual(['lab', 'other'])
    live.upstream('lab')
    expect(connected[0]?.key?.reveal()).toBe('sk-lab')
    live.apply(someSnapshot({ connections: [{ ...someConnection, key: 'sk-new' }, other] }))
    expect(retired).toEqual(['lab'])
    expect(warmed).toEqual(['lab', 'other', 'lab'])
    live.upstream('lab')
    expect(connected[2]?.key?.reveal()).toBe('sk-new')
    live.apply(someSnapshot({ connections: [other] }))
    expect(retired).toEqual(['lab', 'lab'])
    expect(reachedAnew).toEqual(retired)
    expect(warmed).toHaveLength(3)
    expect(() => live.upstream('lab')).toThrow('There is no provider')
    expect(live.isForwarded('there')).toBe(false)
  })

  it('holds for tokens, which expire by themselves', () => {
    let now = 0
    const { key, hash } = createTokenKey()
    const token = {
      id: 'id',
      name: 'laptop',
      hash: hash.toString('hex'),
      scopes: ['llm-all' as const],
      expiresAt: new Date(1000).toISOString(),
      deploymentId: null,
      models: null,
      limits: null,
    }
    const { live } = open(someSnapshot({ tokens: [token] }), { now: () => now })
    expect(live.verify(key)).toEqual({
      tokenId: 'id',
      tokenName: 'laptop',
      scopes: new Set(['llm-all']),
      deploymentId: null,
      models: null,
      limits: null,
    })
    expect(live.verify(createTokenKey().key)).toBeUndefined()
    expect(live.verify('no key')).toBeUndefined()
    now = 1000
    expect(live.verify(key)).toBeUndefined()
    now = 0
    live.apply(someSnapshot())
    expect(live.verify(key)).toBeUndefined()
  })
})
