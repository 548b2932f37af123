import { spawnSync } from 'node:child_process'
import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import type { Model } from '../../src/api/models.ts'
import { createMetrics, type Metrics } from '../../src/metrics/create-metrics.ts'
import { operationGroups } from '../../src/http/openapi/operation-groups.ts'
import { endpointOf } from '../../src/metrics/endpoint-of.ts'
import { parseExposition, type Sample } from '../fixtures/parse-exposition.ts'
import { attempt, tell } from './story.ts'

async function open({ models = [] }: { models?: Model[] } = {}): Promise<Metrics> {
  const metrics = await createMetrics({ version: '1.2.3', openRequests: () => 2, models: () => models })
  onTestFinished(() => metrics[Symbol.dispose]())
  return metrics
}

async function read(metrics: Metrics) {
  const families = parseExposition(await metrics.read())
  const samples = [...families.values()].flatMap((family) => family.samples)
  return {
    families,
    of: (name: string) => samples.filter((sample) => sample.name === name),
    value: (name: string, labels: Sample['labels'] = {}) =>
      samples.find(
        (sample) =>
          sample.name === name &&
          Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
      )?.value,
  }
}

const engine = {
  pid: 1,
  loaded_at: '2026-01-31T12:00:00.000Z',
  context: 4096,
  slots: 4,
  slots_busy: 3,
  slot_tokens: [],
  context_used: 0,
  queued: 5,
  memory_bytes: 1_000_000,
  gpu: null,
  tokens_per_second: null,
  unload_at: null,
  pinned: false,
}

const local: Model = {
  kind: 'local',
  name: 'small',
  description: null,
  tier: null,
  defaults: {},
  source: '/models/small.gguf',
  created_at: '2026-01-31T12:00:00.000Z',
  options: {},
  file: {
    path: '/models/small.gguf',
    size_bytes: 1,
    architecture: 'llama',
    title: null,
    quantization: 'F32',
    parameters: 1,
    trained_context: 4096,
  },
  state: 'ready',
  progress: null,
  engine,
}

const remote = (name: string, state: 'ready' | 'cooling', alias = false): Model => ({
  kind: 'remote',
  name,
  description: null,
  tier: null,
  defaults: {},
  source: 'acme/large',
  created_at: '2026-01-31T12:00:00.000Z',
  provider: 'acme',
  model: alias ? 'large' : name,
  alias,
  health: { state, retry_at: null, last_error: null },
})

test('a request is counted with what it used and how long it took', async () => {
  const metrics = await open()
  metrics.request(tell())
  metrics.request(tell({ status: 499 }))
  const { value } = await read(metrics)
  const labels = { model: 'small', token: 'laptop', provider: 'local' }
  expect(value('llmd_requests_total', { ...labels, endpoint: 'chat', status: '2xx' })).toBe(1)
  expect(value('llmd_requests_total', { ...labels, endpoint: 'chat', status: '4xx' })).toBe(1)
  expect(value('llmd_input_tokens_total', labels)).toBe(100)
  expect(value('llmd_cached_input_tokens_total', labels)).toBe(80)
  expect(value('llmd_output_tokens_total', labels)).toBe(22)
  expect(value('llmd_reasoning_output_tokens_total', labels)).toBe(8)
  expect(value('llmd_request_duration_seconds_sum')).toBe(2.6)
  expect(value('llmd_time_to_first_token_seconds_sum')).toBe(0.6)
  // A second for the ten tokens after the first.
  expect(value('llmd_time_per_output_token_seconds_sum')).toBeCloseTo(0.2)
  expect(value('llmd_queue_wait_seconds_sum')).toBe(0.04)
})

test('what broke off after its status is a failure all the same', async () => {
  const metrics = await open()
  metrics.request(tell({ code: 'engine_failed' }))
  const { value } = await read(metrics)
  expect(value('llmd_requests_total', { status: '2xx' })).toBe(1)
  expect(value('llmd_request_errors_total', { code: 'engine_failed', model: 'small' })).toBe(1)
  expect(value('llmd_time_per_output_token_seconds_count')).toBe(undefined)
})

test('of a whole answer of a provider nobody knows when it began', async () => {
  const metrics = await open()
  metrics.request(tell({ provider: 'acme', target: 'large', streamed: false }))
  const { value } = await read(metrics)
  expect(value('llmd_request_duration_seconds_count', { provider: 'acme' })).toBe(1)
  expect(value('llmd_time_to_first_token_seconds_count')).toBe(undefined)
})

test('a refused request is counted without a model; management is not counted', async () => {
  const metrics = await open()
  const refused = { model: null, token_name: null, target: null, usage: null, attempts: [], status: 401 }
  metrics.request(tell({ ...refused, path: '/v1/wp-login.php', code: 'invalid_api_key' }))
  metrics.request(tell({ ...refused, path: '/llmd/v1/status' }))
  const { of } = await read(metrics)
  expect(of('llmd_requests_total')).toEqual([
    {
      name: 'llmd_requests_total',
      labels: { model: '', token: '', provider: '', endpoint: 'other', status: '4xx' },
      value: 1,
    },
  ])
})

test('attempts are counted by what came of them, and why there was another', async () => {
  const metrics = await open()
  const failed = { outcome: 'failed', code: 'upstream_timeout', status: 504 } as const
  const attempts = [attempt('acme/large', failed), attempt('other/large', failed), attempt('acme/large')]
  metrics.request(tell({ provider: 'acme', target: 'large', attempts, attempt_count: 3 }))
  const { value } = await read(metrics)
  const failures = { provider: 'acme', outcome: 'failed', code: 'upstream_timeout' }
  expect(value('llmd_attempts_total', failures)).toBe(1)
  expect(value('llmd_attempts_total', { provider: 'acme', outcome: 'answered', code: '' })).toBe(1)
  expect(value('llmd_attempt_fallbacks_total', { provider: 'other' })).toBe(1)
  expect(value('llmd_attempt_retries_total', { provider: 'acme' })).toBe(1)
})

test('loads, and ends of engines by their reason', async () => {
  const metrics = await open()
  metrics.model({ type: 'model.loading', name: 'small', progress: 0.5 })
  metrics.model({ type: 'model.loaded', name: 'small', ms: 1500 })
  metrics.model({ type: 'model.unloaded', name: 'small', reason: 'crashed' })
  metrics.model({ type: 'model.unloaded', name: 'small', reason: 'evicted' })
  metrics.model({ type: 'model.failed', name: 'broken', code: 'model_load_failed', message: 'secret' })
  const { value } = await read(metrics)
  expect(value('llmd_model_loads_total', { model: 'small', outcome: 'loaded' })).toBe(1)
  expect(value('llmd_model_loads_total', { model: 'broken', outcome: 'failed' })).toBe(1)
  expect(value('llmd_model_load_duration_seconds_sum', { model: 'small' })).toBe(1.5)
  expect(value('llmd_model_unloads_total', { model: 'small', reason: 'crashed' })).toBe(1)
  expect(value('llmd_model_unloads_total', { model: 'small', reason: 'evicted' })).toBe(1)
})

test('gauges tell what is at the moment of the scrape', async () => {
  const models = [local, remote('large', 'cooling'), remote('best', 'cooling', true), remote('tiny', 'ready')]
  const metrics = await open({ models })
  await metrics.read()
  const { value, of } = await read(metrics)
  expect(value('llmd_open_requests')).toBe(2)
  expect(value('llmd_models_loaded')).toBe(1)
  expect(value('llmd_queued_requests', { model: 'small' })).toBe(5)
  expect(value('llmd_engine_slots', { model: 'small' })).toBe(4)
  expect(value('llmd_engine_busy_slots', { model: 'small' })).toBe(3)
  expect(value('llmd_engine_context_tokens', { model: 'small' })).toBe(4096)
  expect(value('llmd_engine_memory_bytes', { model: 'small' })).toBe(1_000_000)
  expect(value('llmd_provider_targets', { provider: 'acme', state: 'cooling' })).toBe(1)
  expect(value('llmd_provider_targets', { provider: 'acme', state: 'ready' })).toBe(1)
  expect(of('llmd_build_info')[0]?.labels).toEqual({ version: '1.2.3' })
  expect(value('process_resident_memory_bytes')).toBeGreaterThan(1e6)
  models.shift()
  expect((await read(metrics)).of('llmd_engine_slots')).toEqual([])
})

test('the delay of the event loop is measured from the first scrape on', async () => {
  const metrics = await open()
  expect((await read(metrics)).of('nodejs_eventloop_lag_max_seconds')).toEqual([])
  const delays = async () => (await read(metrics)).of('nodejs_eventloop_lag_max_seconds')
  await expect.poll(delays, { timeout: 10_000, interval: 60 }).not.toEqual([])
})

test('labels are bounded: of models, of tokens and of their pairs', async () => {
  const metrics = await open()
  for (let index = 0; index < 20_000; index += 1) {
    metrics.request(tell({ model: `model ${index % 500}`, token_name: `token ${index % 333}` }))
  }
  const { of, families } = await read(metrics)
  const requests = of('llmd_requests_total')
  const valuesOf = (label: string) => new Set(requests.map(({ labels }) => labels[label]))
  expect(valuesOf('model').size).toBe(101)
  expect(valuesOf('token').size).toBe(101)
  expect(valuesOf('model')).toContain('other')
  expect(requests.length).toBeLessThanOrEqual(1000 + 101)
  expect(requests.reduce((sum, { value }) => sum + value, 0)).toBe(20_000)
  for (const { samples } of families.values()) expect(samples.length).toBeLessThan(2000)
})

test('whatever names hold, they are escaped', async () => {
  const metrics = await open()
  const names = fc.sample(fc.string({ unit: 'binary', minLength: 1 }), { numRuns: 60, seed: 7 })
  const odd = ['"} 1\nllmd_forged 1', 'back\\slash', '\\n', '{', ...names].filter((name) =>
    name.isWellFormed(),
  )
  for (const model of odd) metrics.request(tell({ model }))
  const { of, families } = await read(metrics)
  expect(families.has('llmd_forged')).toBe(false)
  expect(new Set(of('llmd_requests_total').map(({ labels }) => labels['model']))).toEqual(new Set(odd))
})

test('no request takes more than a few microseconds', async () => {
  const metrics = await open()
  const stories = Array.from({ length: 50 }, (_, index) => tell({ model: `model ${index % 10}` }))
  const rounds = Array.from({ length: 40 }, () => {
    const started = performance.now()
    for (const story of stories) metrics.request(story)
    return ((performance.now() - started) * 1000) / stories.length
  })
  // The best of them is what it costs on a machine that does nothing else.
  expect(Math.min(...rounds)).toBeLessThan(50)
})

test('every path that asks a model has a name', () => {
  const paths = operationGroups
    .filter(({ scope }) => scope === 'llm-all')
    .flatMap(({ operations }) => Object.keys(operations).map((endpoint) => endpoint.split(' ')[1] ?? ''))
    .filter((path) => !path.startsWith('/mcp/') && !path.startsWith('/v1/api-keys'))
  expect(paths.length).toBeGreaterThan(5)
  expect(paths.filter((path) => endpointOf(path) === 'other')).toEqual([])
})

const promtool = spawnSync('promtool', ['--version']).status === 0

test.skipIf(!promtool)('promtool finds nothing wrong (skipped where it is not installed)', async () => {
  const metrics = await open({ models: [local, remote('large', 'ready')] })
  metrics.request(tell())
  metrics.request(tell({ model: '"odd\\\n', code: 'engine_failed' }))
  metrics.model({ type: 'model.loaded', name: 'small', ms: 1500 })
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: await metrics.read(),
    encoding: 'utf8',
  })
  expect([status, stdout, stderr]).toEqual([0, '', ''])
})
