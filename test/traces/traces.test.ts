import { expect, onTestFinished, test, vi } from 'vitest'
import type { RequestStory } from '../../src/api/requests.ts'
import { createLog } from '../../src/log.ts'
import { createTraces, type TracesOptions } from '../../src/traces/create-traces.ts'
import { childSpanId } from '../../src/traces/trace-context.ts'
import { refusedPort } from '../fixtures/refused-port.ts'
import { attempt, tell } from '../metrics/story.ts'
import { startCollector } from './collector.ts'

const patience = { timeout: 10_000, interval: 20 }
const trace = {
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  span_id: 'b7ad6b7169203331',
  parent_span_id: '00f067aa0ba902b7',
}

const traced = (changes: Partial<RequestStory> = {}) => tell({ trace, ...changes })

function open(url: string, options: Partial<TracesOptions> = {}) {
  const logged: Record<string, unknown>[] = []
  const traces = createTraces({
    destination: {
      url: `${url}/v1/traces`,
      headers: { 'x-api-key': 'canary-key' },
      resource: { 'service.name': 'llmd' },
    },
    version: '1.2.3',
    findProvider: (name) =>
      name === 'acme' ? { vendor: 'mistral_ai', address: 'api.acme.test', port: 443 } : undefined,
    log: createLog({ level: 'info', write: (line) => void logged.push(JSON.parse(line)) }),
    everyMs: 20,
    ...options,
  })
  onTestFinished(() => traces[Symbol.asyncDispose]())
  return { traces, logged }
}

test('a request becomes a span, with its attempts and waits within', async () => {
  const collector = await startCollector()
  const { traces } = open(collector.url)
  const failed = { outcome: 'failed', code: 'upstream_timeout', status: 504, ms: 40 } as const
  traces.request(
    traced({
      model: 'best',
      target: 'small',
      attempts: [
        attempt('acme/org/large', failed),
        attempt('local:small', { started_at: '2026-01-31T12:00:00.050Z' }),
      ],
      model_wait_ms: 100,
      turn_wait_ms: 20,
    }),
  )
  await vi.waitFor(() => expect(collector.spans).toHaveLength(5), patience)
  const [server, first, second, load, queue] = collector.spans
  expect(server).toMatchObject({
    traceId: trace.trace_id,
    spanId: trace.span_id,
    parentSpanId: trace.parent_span_id,
    name: 'POST /v1/chat/completions',
    kind: 2,
    failed: false,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'llmd',
      'gen_ai.request.model': 'best',
      'gen_ai.response.model': 'small',
      'gen_ai.usage.input_tokens': 50,
      'gen_ai.usage.output_tokens': 11,
      'http.response.status_code': 200,
      'llmd.request.id': 'req_1',
      'llmd.time_to_first_token': 0.3,
    },
  })
  expect(server!.end - server!.start).toBe(1_300_000_000n)
  expect(first).toMatchObject({
    name: 'chat org/large',
    kind: 3,
    failed: true,
    parentSpanId: trace.span_id,
    spanId: childSpanId(trace.span_id, 1),
    attributes: {
      'gen_ai.provider.name': 'mistral_ai',
      'server.address': 'api.acme.test',
      'server.port': 443,
      'error.type': 'upstream_timeout',
    },
  })
  expect(first!.end - first!.start).toBe(40_000_000n)
  expect(second).toMatchObject({ name: 'chat small', kind: 1, failed: false, parentSpanId: trace.span_id })
  // It answers until the request is over.
  expect(second!.end).toBe(server!.end)
  expect(load).toMatchObject({ name: 'load model', parentSpanId: second!.spanId })
  expect(queue).toMatchObject({ name: 'wait for slot', parentSpanId: second!.spanId, start: load!.end })
  expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(5)
  expect(collector.resource).toEqual({ 'service.name': 'llmd' })
  expect(collector.headers[0]).toMatchObject({ 'x-api-key': 'canary-key' })
})

test('what is in no trace, or of no model, is not sent', async () => {
  const collector = await startCollector()
  const { traces } = open(collector.url)
  traces.request(tell())
  traces.request(traced({ model: null }))
  traces.request(traced({ id: 'req_sent', attempts: [] }))
  await vi.waitFor(() => expect(collector.spans).toHaveLength(1), patience)
  expect(collector.spans[0]?.attributes['llmd.request.id']).toBe('req_sent')
})

test('an answer that broke off is a failure, a request that was refused is none of the server', async () => {
  const collector = await startCollector()
  const { traces } = open(collector.url)
  traces.request(traced({ code: 'engine_failed', attempts: [] }))
  traces.request(traced({ code: 'invalid_request', status: 400, attempts: [] }))
  await vi.waitFor(() => expect(collector.spans).toHaveLength(2), patience)
  expect(collector.spans.map(({ failed, attributes }) => [failed, attributes['error.type']])).toEqual([
    [true, 'engine_failed'],
    [false, 'invalid_request'],
  ])
})

test('batches are sent together, and again while the collector is busy', async () => {
  const collector = await startCollector()
  collector.statuses.push(503, 429)
  const { traces, logged } = open(collector.url)
  for (let index = 0; index < 100; index += 1) traces.request(traced({ attempts: [] }))
  await vi.waitFor(() => expect(collector.spans).toHaveLength(100), patience)
  expect(collector.bodies).toHaveLength(3)
  expect(logged).toHaveLength(1)
  expect(logged[0]).toMatchObject({
    level: 'warn',
    message: 'traces could not be sent',
    reason: 'the collector answered 503',
    waiting: 100,
    lost: 0,
  })
})

test('what the collector refuses is lost, and told of without saying what it was', async () => {
  const collector = await startCollector()
  collector.statuses.push(401)
  const { traces, logged } = open(collector.url)
  traces.request(traced())
  await vi.waitFor(() => expect(logged).toHaveLength(1), patience)
  expect(logged[0]).toMatchObject({ reason: 'the collector answered 401', lost: 1, waiting: 0 })
  expect(JSON.stringify(logged)).not.toContain('canary')
  expect(collector.bodies).toHaveLength(1)
})

test('a part that the collector refuses is told of', async () => {
  const collector = await startCollector()
  collector.answer = '{"partialSuccess":{"rejectedSpans":"2"}}'
  const { traces, logged } = open(collector.url)
  traces.request(traced())
  await vi.waitFor(() => expect(logged).toHaveLength(1), patience)
  expect(logged[0]).toMatchObject({ reason: 'the collector refused 2 spans' })
})

test('without a collector at most so many wait, the log says it once, and the end does not wait', async () => {
  const url = `http://127.0.0.1:${await refusedPort()}`
  const { traces, logged } = open(url, { capacity: 50, everyMs: 5 })
  const started = performance.now()
  for (let index = 0; index < 10_000; index += 1) traces.request(traced())
  expect(performance.now() - started).toBeLessThan(1000)
  await vi.waitFor(() => expect(logged).toHaveLength(1), patience)
  expect(logged[0]).toMatchObject({ waiting: 50, lost: 9950 })
  expect(logged[0]?.['reason']).toMatch(/cannot be reached: ECONNREFUSED/)
  await traces[Symbol.asyncDispose]()
  expect(logged).toHaveLength(1)
})

test('what waits at the end is sent', async () => {
  const collector = await startCollector()
  const { traces } = open(collector.url, { everyMs: 60_000 })
  traces.request(traced({ attempts: [] }))
  await traces[Symbol.asyncDispose]()
  expect(collector.spans).toHaveLength(1)
})

test('a collector that does not answer is given up', async () => {
  const collector = await startCollector()
  collector.statuses.push(0)
  const { traces, logged } = open(collector.url, { timeoutMs: 50 })
  traces.request(traced({ attempts: [] }))
  await vi.waitFor(() => expect(collector.spans).toHaveLength(1), patience)
  expect(logged[0]).toMatchObject({ reason: 'the collector did not answer in time' })
})
