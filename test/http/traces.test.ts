import { expect, onTestFinished, test, vi } from 'vitest'
import { listenTcp } from '../../src/http/listen.ts'
import type { RoutedModel } from '../../src/routing/router.ts'
import type { Target } from '../../src/routing/target.ts'
import { childSpanId } from '../../src/traces/trace-context.ts'
import { connectionTo, openUpstream, startFaults } from '../providers/forwarding/open-upstream.ts'
import { fakeApp, keys } from './fake-services.ts'

const patience = { timeout: 10_000, interval: 20 }
const traceId = '0af7651916cd43dd8448eb211c80319c'
const parent = 'b7ad6b7169203331'

const routed: RoutedModel = {
  kind: 'routed',
  strategy: 'fallback',
  targets: ['acme/status-403', 'acme/good'].map((model) => ({ model, weight: 1 })),
}

/** llmd over TCP; `acme/MODEL` is a model of a provider, and `routed` tries two of them. */
async function start({ traced }: { traced: boolean }) {
  const server = await startFaults({ paceMs: 0 })
  const upstream = openUpstream(connectionTo(server.baseUrl))
  const fake = fakeApp({
    traced,
    find: (name): Target | RoutedModel | undefined => {
      const [provider = '', model] = name.split('/')
      if (name === 'routed') return routed
      return model ? { kind: 'remote', provider, model } : undefined
    },
    upstream: () => upstream,
  })
  const listener = await listenTcp({ app: fake.app, host: '127.0.0.1', port: 0 })
  onTestFinished(() => listener.close())
  const ask = async (model: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${listener.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keys.llm}`, ...headers },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
    })
    await response.text()
    return response
  }
  return { ask, server, fake }
}

test('a trace of the client goes on to the provider, each attempt as a part of its own', async () => {
  const { ask, server, fake } = await start({ traced: true })
  const sent = {
    traceparent: `00-${traceId}-${parent}-01`,
    tracestate: 'parakeet=1',
    baggage: 'user=parakeet',
  }
  expect((await ask('routed', sent)).status).toBe(200)
  await vi.waitFor(() => expect(fake.told).toHaveLength(1), patience)
  const trace = fake.told[0]?.trace
  expect(trace).toMatchObject({ trace_id: traceId, parent_span_id: parent })
  expect(server.requests.map(({ headers }) => headers['traceparent'])).toEqual(
    [1, 2].map((number) => `00-${traceId}-${childSpanId(trace?.span_id ?? '', number)}-01`),
  )
  // Only identifiers leave: what else a client says of its trace is between it and llmd.
  expect(JSON.stringify(server.requests.map(({ headers }) => headers))).not.toContain('parakeet')
})

test('what the client does not keep, nobody keeps', async () => {
  const { ask, server, fake } = await start({ traced: true })
  await ask('acme/good', { traceparent: `00-${traceId}-${parent}-00` })
  await vi.waitFor(() => expect(fake.told).toHaveLength(1), patience)
  expect(fake.told[0]).not.toHaveProperty('trace')
  expect(server.requests[0]?.headers['traceparent']).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`))
})

test('where no traces are sent, none is passed on', async () => {
  const { ask, server, fake } = await start({ traced: false })
  await ask('acme/good', { traceparent: `00-${traceId}-${parent}-01` })
  await vi.waitFor(() => expect(fake.told).toHaveLength(1), patience)
  expect(fake.told[0]).not.toHaveProperty('trace')
  expect(server.requests[0]?.headers).not.toHaveProperty('traceparent')
})

test('the story says whether the answer was asked for in events', async () => {
  const { ask, fake } = await start({ traced: false })
  await ask('acme/good')
  await vi.waitFor(() => expect(fake.told).toHaveLength(1), patience)
  expect(fake.told[0]?.streamed).toBe(false)
})
