import type { Download } from '../../src/api/downloads.ts'
import type { Model, RoutedModel } from '../../src/api/models.ts'
import type { Provider, ProviderPreset } from '../../src/api/providers.ts'
import type { Token } from '../../src/api/tokens.ts'
import type { Usage, UsageQuery, UsageRow } from '../../src/api/usage.ts'
import type { Client } from '../../src/client/create-client.ts'
import { withoutLimits } from '../access/without-limits.ts'
import { noon } from './open-app.ts'
import { sampleClient, sampleDownload, sampleModels } from './samples.ts'

const day = 86_400
const at = (offsetSeconds: number) => new Date(noon + offsetSeconds * 1000).toISOString()
const well = { state: 'ready' as const, retry_at: null, last_error: null }

export const sampleKey = `sk-llmd-v1-${'Ab0_-'.repeat(8)}xyz-c0ffee`

const laptop: Token = {
  id: 'b2c1c2f0-0000-4000-8000-000000000001',
  name: 'laptop',
  masked: 'sk-llmd-v1-********-c0ffee',
  scopes: ['llm-all'],
  created_at: at(-40 * day),
  expires_at: at(90 * day),
  revoked_at: null,
  ...withoutLimits,
}

export const sampleTokens: Token[] = [
  { ...laptop, id: 'b2c1c2f0-0000-4000-8000-000000000002', name: 'former', revoked_at: at(-day) },
  laptop,
  {
    ...laptop,
    id: 'b2c1c2f0-0000-4000-8000-000000000003',
    name: 'ops',
    scopes: ['llm-all', 'admin'],
    expires_at: null,
  },
  { ...laptop, id: 'b2c1c2f0-0000-4000-8000-000000000004', name: 'trial', expires_at: at(3600) },
  { ...laptop, id: 'b2c1c2f0-0000-4000-8000-000000000005', name: 'over', expires_at: at(-3600) },
]

export const sampleProvider: Provider = {
  name: 'openrouter',
  preset: 'openrouter',
  format: 'openai',
  base_url: 'https://openrouter.ai/api/v1',
  headers: { 'X-Team': 'a; b' },
  organization: null,
  project: null,
  proxy: null,
  ca_file: null,
  socket: null,
  allow_private: false,
  prefix: 'or/',
  models: ['meta/llama-3.3-70b', 'openai/gpt-4.1'],
  all_models: false,
  has_key: true,
  created_at: at(-40 * day),
  served: ['or/meta/llama-3.3-70b', 'or/openai/gpt-4.1'],
  not_served: [],
  aliases: ['fast'],
  refreshed_at: null,
  health: well,
}

const sampleProviders: Provider[] = [
  sampleProvider,
  {
    ...sampleProvider,
    name: 'lab',
    preset: null,
    base_url: 'https://llm.lab.example/v1',
    prefix: null,
    all_models: true,
    has_key: false,
    served: [],
    not_served: [{ model: 'x', reason: 'a local model has this name' }],
    refreshed_at: at(-1800),
    health: {
      state: 'cooling',
      retry_at: at(75),
      last_error: 'upstream_timeout: no answer within 60 seconds',
    },
  },
]

export const samplePresets: ProviderPreset[] = ['openai', 'openrouter', 'ollama'].map((id) => ({
  id,
  title: `The provider ${id}`,
  format: 'openai',
  base_url: `https://${id}.example/v1`,
  base_url_example: null,
  needs_key: id !== 'ollama',
  keys_url: id === 'ollama' ? null : `https://${id}.example/keys`,
}))

export const sampleRouted: RoutedModel = {
  kind: 'routed',
  name: 'shared',
  description: null,
  tier: null,
  defaults: {},
  created_at: at(-day),
  strategy: 'balance',
  targets: [
    { model: 'qwen3:8b', weight: 3, kind: 'local', health: well },
    {
      model: 'or/openai/gpt-4.1',
      weight: 1,
      kind: 'remote',
      health: { state: 'probing', retry_at: null, last_error: 'upstream_error: 502 Bad Gateway' },
    },
  ],
}

const aliases: Model[] = [
  ...sampleModels,
  sampleRouted,
  {
    kind: 'remote',
    name: 'slow',
    description: null,
    tier: null,
    defaults: {},
    source: 'gone/chat',
    created_at: at(-day),
    provider: 'gone',
    model: 'chat',
    alias: true,
    health: null,
  },
]

const downloads: Download[] = [
  {
    ...sampleDownload,
    id: 'dl_0',
    name: 'phi:3b',
    state: 'finished',
    received_bytes: 2e9,
    total_bytes: 2e9,
    bytes_per_second: null,
  },
  sampleDownload,
  { ...sampleDownload, id: 'dl_2', name: 'qwen3:32b', state: 'paused', bytes_per_second: null },
  {
    ...sampleDownload,
    id: 'dl_3',
    name: 'broken',
    state: 'failed',
    bytes_per_second: null,
    received_bytes: 0,
    error: { code: 'upstream_error', message: 'The hub said 500.', hint: null },
  },
]

function usageRow(key: string | null, weight: number): UsageRow {
  return {
    key,
    name: key,
    requests: weight,
    errors: weight > 30 ? 2 : 0,
    prompt_tokens: weight * 1200,
    cached_tokens: weight * 300,
    completion_tokens: weight * 400,
    reasoning_tokens: weight * 20,
    credits: 0,
    first_byte_ms: 210.4,
    ms: 3200,
  }
}

const usageRows: Record<Usage['by'], UsageRow[]> = {
  day: [0, 1, 2, 5, 9].map((back) => usageRow(at(-back * day).slice(0, 10), 40 - 4 * back)),
  model: [usageRow('qwen3:8b', 90), usageRow('best', 40), usageRow('fast', 1)],
  token: [{ ...usageRow(laptop.id, 100), name: 'laptop' }, usageRow(null, 31)],
  provider: [usageRow(null, 90), usageRow('openrouter', 41)],
}

export function sampleUsage({ by = 'model' }: UsageQuery): Usage {
  return { by, since: at(-29 * day), until: null, totals: usageRow(null, 131), data: usageRows[by] }
}

/** Answers what the tabs for management ask for. */
export const managementClient: Partial<Client> = {
  ...sampleClient,
  listTokens: async () => sampleTokens,
  listProviders: async () => sampleProviders,
  listProviderPresets: async () => samplePresets,
  listModels: async () => aliases,
  listDownloads: async () => downloads,
  usage: async (query = {}) => sampleUsage(query),
}
