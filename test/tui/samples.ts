import type { Download } from '../../src/api/downloads.ts'
import type { DaemonEvent } from '../../src/api/events.ts'
import type { LocalModel, Model } from '../../src/api/models.ts'
import type { RequestStory } from '../../src/api/requests.ts'
import type { Status } from '../../src/api/status.ts'
import type { Client } from '../../src/client/create-client.ts'
import { noon } from './open-app.ts'

const at = (offsetSeconds: number) => new Date(noon + offsetSeconds * 1000).toISOString()

export const sampleStatus: Status = {
  pid: 4711,
  version: '1.2.3',
  started_at: at(-11_000),
  uptime_seconds: 11_000,
  listeners: ['unix:///run/llmd.sock'],
  draining: false,
  fronts: [],
  models: { total: 4, loaded: 1 },
  requests: { active: 2, queued: 1, served: 1234 },
  capture: null,
  memory: { daemon_bytes: 120e6, engines_bytes: 6.2e9, budget_bytes: 16e9 },
  gpus: [],
}

export const sampleLocal: LocalModel = {
  kind: 'local',
  name: 'qwen3:8b',
  description: null,
  tier: null,
  defaults: {},
  source: '/srv/qwen3-8b.gguf',
  created_at: at(-86_400),
  options: { context: 8192, kv_type: 'q8_0' },
  file: {
    path: '/srv/qwen3-8b.gguf',
    size_bytes: 5e9,
    architecture: 'qwen3',
    title: 'Qwen3 8B',
    quantization: 'Q4_K_M',
    parameters: 8e9,
    trained_context: 40_960,
  },
  state: 'ready',
  progress: null,
  engine: {
    pid: 4712,
    loaded_at: at(-600),
    context: 8192,
    slots: 4,
    slots_busy: 2,
    slot_tokens: [5120, 0, 310, 0],
    context_used: 5120,
    queued: 1,
    memory_bytes: 6.2e9,
    gpu: 'cuda',
    tokens_per_second: 61.4,
    unload_at: null,
    pinned: false,
  },
}

export const sampleModels: Model[] = [
  sampleLocal,
  {
    ...sampleLocal,
    name: 'mistral',
    source: '/srv/mistral.gguf',
    options: {},
    state: 'loading',
    progress: 0.42,
    engine: null,
  },
  {
    kind: 'remote',
    name: 'fast',
    description: null,
    tier: null,
    defaults: {},
    source: 'openrouter/meta/llama-3.3-70b',
    created_at: at(-86_400),
    provider: 'openrouter',
    model: 'meta/llama-3.3-70b',
    alias: true,
    health: { state: 'ready', retry_at: null, last_error: null },
  },
  {
    kind: 'routed',
    name: 'best',
    description: null,
    tier: null,
    defaults: {},
    created_at: at(-86_400),
    strategy: 'fallback',
    targets: [
      {
        model: 'qwen3:8b',
        weight: null,
        kind: 'local',
        health: { state: 'ready', retry_at: null, last_error: null },
      },
      { model: 'gone', weight: null, kind: null, health: null },
    ],
  },
]

export const sampleDownload: Download = {
  id: 'dl_1',
  name: 'gemma:4b',
  source: 'hf:google/gemma-4b-GGUF',
  created_at: at(-60),
  state: 'running',
  received_bytes: 1e9,
  total_bytes: 4e9,
  bytes_per_second: 50e6,
  files: [],
  error: null,
}

/** Of a request that is being answered. */
export const sampleStory: RequestStory = {
  id: 'req_1',
  path: '/v1/chat/completions',
  model: 'best',
  token: 'b2c1c2f0-0000-4000-8000-000000000000',
  token_name: 'laptop',
  started_at: at(-2),
  status: null,
  code: null,
  route: { strategy: 'fallback', targets: ['local:qwen3:8b', 'openrouter/meta/llama-3.3-70b'] },
  target: 'qwen3:8b',
  provider: null,
  attempt_count: 1,
  attempts: [],
  model_wait_ms: 0,
  turn_wait_ms: 40,
  first_byte_ms: 80,
  ms: 2000,
  usage: null,
}

type Finished = Extract<DaemonEvent, { type: 'request.finished' }>

let lastId = 0

export function started(id: string, model: string | null = 'qwen3:8b'): DaemonEvent {
  lastId += 1
  const asked = { request_id: id, path: '/v1/chat/completions', model, token_name: 'laptop' }
  return { type: 'request.started', id: lastId, time: at(0), ...asked }
}

export function finished(id: string, difference: Partial<Finished> = {}): Finished {
  lastId += 1
  return {
    type: 'request.finished',
    id: lastId,
    time: at(0),
    request_id: id,
    path: '/v1/chat/completions',
    model: 'qwen3:8b',
    token_name: 'laptop',
    status: 200,
    code: null,
    ms: 4200,
    target: 'qwen3:8b',
    wait_ms: 120,
    first_byte_ms: 200,
    prompt_tokens: 30,
    completion_tokens: 200,
    ...difference,
  }
}

/** Answers what all tabs ask for. */
export const sampleClient: Partial<Client> = {
  status: async () => sampleStatus,
  listModels: async () => sampleModels,
  listDownloads: async () => [sampleDownload],
  listRequests: async () => [],
}
