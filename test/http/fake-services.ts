import type { UsageRow } from '../../src/usage/ledger.ts'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createAdmission } from '../../src/access/admission.ts'
import { createSpending } from '../../src/access/spending.ts'
import type { Principal, TokenStore } from '../../src/access/token-store.ts'
import { withoutToken } from '../../src/access/without-token.ts'
import type { LocalModel } from '../../src/api/models.ts'
import type { RequestStory } from '../../src/api/requests.ts'
import type { Scope, Token } from '../../src/api/tokens.ts'
import type { Catalog } from '../../src/catalog/catalog.ts'
import type { Backend } from '../../src/chat/backend.ts'
import type { ChatEvent } from '../../src/chat/event.ts'
import { LlmdError } from '../../src/errors.ts'
import { createEventBus } from '../../src/events/create-event-bus.ts'
import { type App, createApp } from '../../src/http/create-app.ts'
import type { HttpServices } from '../../src/http/services.ts'
import { type RequestTracker, trackRequests } from '../../src/http/track-requests.ts'
import { createLog } from '../../src/log.ts'
import { createCapture } from '../../src/logs/create-capture.ts'
import { openLogReader } from '../../src/logs/open-log-reader.ts'
import { createRecentLines } from '../../src/logs/recent-lines.ts'
import { systemClock } from '../../src/routing/clock.ts'
import { createHealth } from '../../src/routing/health.ts'
import { createRouter } from '../../src/routing/router.ts'
import { continueTrace } from '../../src/traces/trace-context.ts'
import { withoutLimits } from '../access/without-limits.ts'
import { localModel } from '../catalog/local-model.ts'
import { fakeDeployments } from './fake-deployments.ts'
import { fakeDownloads } from './fake-downloads.ts'
import { fakeIssuers } from './fake-issuers.ts'
import { fakePrices } from './fake-prices.ts'
import { fakeMcp } from './fake-mcp.ts'
import { fakeProviders } from './fake-providers.ts'
import { fakeVault } from './fake-vault.ts'

export const keys = { all: 'key-for-all', llm: 'key-for-llm', admin: 'key-for-admin' }

export const usage = { promptTokens: 5, completionTokens: 2, cachedTokens: 1, reasoningTokens: 0 }

function cannot(): never {
  throw new LlmdError('unsupported_by_model', 'This model cannot do that.')
}

/** A backend that does only this. */
export function fakeBackend(does: Partial<Backend>): Backend {
  return {
    stream: cannot,
    complete: cannot,
    embed: cannot,
    rerank: cannot,
    tokenize: cannot,
    detokenize: cannot,
    renderPrompt: cannot,
    ...does,
  }
}

/** A backend that answers chats with these events. */
export function answering(...events: ChatEvent[]): Backend {
  return fakeBackend({
    async *stream() {
      yield* events
    },
  })
}

export const textDelta = (text: string): ChatEvent => ({ type: 'text-delta', choice: 0, text })

/** A backend that says these words and stops. */
export function speaking(...words: string[]): Backend {
  return answering(
    ...words.map(textDelta),
    { type: 'choice-finish', choice: 0, reason: 'stop' },
    { type: 'finish', usage },
  )
}

/** Says these words, then nothing more until it is aborted. */
export function hanging({ words = ['one'] }: { words?: string[] } = {}) {
  const started = Promise.withResolvers<void>()
  const aborted = Promise.withResolvers<unknown>()
  const backend = fakeBackend({
    async *stream(_request, signal): AsyncGenerator<ChatEvent> {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason), { once: true })
      started.resolve()
      yield* words.map(textDelta)
      throw await aborted.promise
    },
  })
  return { backend, started: started.promise, aborted: aborted.promise }
}

/** Fails before it says anything, or after these words. */
export function failing(error: Error, { words = [] }: { words?: string[] } = {}): Backend {
  return fakeBackend({
    async *stream() {
      yield* words.map(textDelta)
      throw error
    },
  })
}

export interface Fake {
  app: App
  requests: RequestTracker
  services: HttpServices
  stopped: () => boolean
  logged: Record<string, unknown>[]
  /** Rows that the ledger was given. */
  used: UsageRow[]
  /** What was told of each request when it was over. */
  told: RequestStory[]
}

interface FakeOptions {
  backend?: Backend
  maxBodyBytes?: number
  allowedHosts?: string[]
  /** Other models than `test/model`. */
  find?: Parameters<typeof createRouter>[0]['find']
  upstream?: HttpServices['upstream']
  mcp?: HttpServices['mcp']
  /** Where captured prompts go; nowhere unless it is given. */
  captureFile?: string
  /** Whether requests have their place in a trace. */
  traced?: boolean
}

/** The app over fakes of what it calls. The model `test/model` is answered by `backend`. */
export function fakeApp({
  backend = speaking('Hello', ' there'),
  maxBodyBytes = 100_000,
  allowedHosts = ['llmd.example'],
  find = () => undefined,
  upstream = unknownProvider,
  mcp = fakeMcp(),
  captureFile = '/nowhere/captured.jsonl',
  traced = false,
}: FakeOptions = {}): Fake {
  const logged: Record<string, unknown>[] = []
  const used: UsageRow[] = []
  const told: RequestStory[] = []
  const recent = createRecentLines({ capacity: 1000 })
  const log = createLog({
    level: 'debug',
    write(line) {
      recent.add(line.slice(0, -1))
      logged.push(JSON.parse(line))
    },
  })
  let stopped = false
  const services: HttpServices = {
    router: createRouter({
      list: () => [{ id: 'test/model', created: 1_700_000_000 }],
      find: (name) => (name === 'test/model' ? { kind: 'local', model: name, backend } : find(name)),
    }),
    health: createHealth({ now: () => performance.now() }),
    upstream,
    clock: systemClock,
    random: Math.random,
    admission: createAdmission({ spending: createSpending(), tariffOf: () => null }),
    prices: fakePrices(),
    routeHeaders: true,
    tokens: fakeTokens(),
    issuers: fakeIssuers(),
    catalog: fakeCatalog(),
    deployments: fakeDeployments(),
    downloads: fakeDownloads(),
    vault: fakeVault(),
    backups: {
      async make() {
        return (async function* () {
          yield Buffer.from('a backup')
        })()
      },
    },
    doctor: {
      examine: async () => [{ level: 'ok', check: 'node', message: 'Node.js 24', cure: null }],
    },
    providers: fakeProviders(),
    mcp,
    events: createEventBus(),
    ledger: {
      record: (row) => void used.push(row),
      find: async (id) => used.find((row) => row.id === id),
      sum: async () => [],
    },
    log,
    logs: { read: (query) => openLogReader({ recent, query }) },
    capture: createCapture({
      file: { path: captureFile, maxBytes: 65_536, keepFiles: 0, keepDays: 1 },
      hideKeys: (text) => text,
      log,
    }),
    metrics: { read: async () => '', isPublic: false },
    ...(traced && { beginTrace: continueTrace }),
    watchRequest: (story) => void told.push(story),
    settle: async () => {},
    status: () => status,
    settings: {
      list: () => ({ data: [], path: '/nowhere/config.json' }),
      reload: () => ({ applied: ['log.level'], needs_restart: [] }),
    },
    stop: () => {
      stopped = true
    },
    swaggerUiFolder: fileURLToPath(new URL('../../assets/swagger-ui/', import.meta.url)),
  }
  const requests = trackRequests()
  const app = createApp(services, { maxBodyBytes, allowedHosts, missingTokenStatus: 401, requests })
  return { app, requests, services, stopped: () => stopped, logged, used, told }
}

function unknownProvider(provider: string): never {
  throw new LlmdError('provider_not_found', `There is no provider ${provider}.`)
}

const status = {
  pid: 1,
  version: '0.0.0',
  started_at: '2026-01-01T00:00:00.000Z',
  uptime_seconds: 1,
  listeners: [],
  draining: false,
  fronts: [],
  models: { total: 1, loaded: 0 },
  requests: { active: 0, queued: 0, served: 0 },
  capture: null,
  gpus: [],
  memory: { daemon_bytes: 1, engines_bytes: 0, budget_bytes: 1 },
}

function fakeTokens(): TokenStore {
  const scopes: Record<string, Scope[]> = {
    [keys.all]: ['llm-all', 'admin'],
    [keys.llm]: ['llm-all'],
    [keys.admin]: ['admin'],
  }
  const tokens = new Map<string, Token>()
  const revoked = new Set<string>()
  const find = (idOrName: string): Token => {
    const token = [...tokens.values()].find(({ id, name }) => id === idOrName || name === idOrName)
    if (!token) throw new LlmdError('token_not_found', 'There is no such token.', { hint: 'llmd tokens' })
    return token
  }
  return {
    verify(key): Principal | undefined {
      const granted = Object.hasOwn(scopes, key) ? scopes[key] : undefined
      return granted && { ...withoutToken(granted), tokenId: `id-of-${key}`, tokenName: `name of ${key}` }
    },
    watch: (id) => () => !revoked.has(id),
    list: () => [...tokens.values()],
    get: find,
    async edit(idOrName, change) {
      return Object.assign(find(idOrName), change)
    },
    async rotate(idOrName) {
      return { ...find(idOrName), key: 'sk-llmd-v1-another' }
    },
    async create(token, maker) {
      if (token.scopes.some((scope) => !maker.scopes.has(scope))) {
        throw new LlmdError('permission_denied', 'A token cannot give more than its maker has.')
      }
      const made = {
        id: randomUUID(),
        masked: 'sk-llmd-v1-********-000000',
        created_at: '2026-01-01T00:00:00.000Z',
        revoked_at: null,
        ...withoutLimits,
        ...token,
      }
      tokens.set(made.id, made)
      return { ...made, key: 'sk-llmd-v1-secret' }
    },
    async revoke(idOrName) {
      revoked.add(idOrName)
      const token = find(idOrName)
      tokens.delete(token.id)
      return { ...token, revoked_at: '2026-01-01T00:00:00.000Z' }
    },
    revokeOfDeployment: async () => [],
    revokeOfOwners: async () => {},
  }
}

function fakeCatalog(): Catalog {
  const models = new Map<string, LocalModel>()
  const get = (name: string) => {
    const model = models.get(name)
    if (model) return model
    throw new LlmdError('model_not_found', `The model ${name} does not exist.`, { hint: 'llmd models' })
  }
  return {
    list: () => [...models.values()],
    get,
    find: () => undefined,
    tierOf: () => null,
    taken: () => undefined,
    aliasesOf: () => [],
    async add({ name, source = '', options = {} }) {
      const model = localModel(name, { source, options })
      models.set(name, model)
      return model
    },
    checkNew() {},
    addDownloaded: async ({ name }) => get(name),
    async edit(name, { options = {}, reset = [] }) {
      const model = get(name)
      const kept = Object.entries(model.options).filter(([key]) => !reset.some((one) => one === key))
      const edited = { ...model, options: { ...Object.fromEntries(kept), ...options } }
      models.set(name, edited)
      return edited
    },
    async copy(name, newName) {
      const copy = { ...get(name), name: newName }
      models.set(newName, copy)
      return copy
    },
    async check(name) {
      const { file } = get(name)
      const memory = { needed_bytes: 1, budget_bytes: 2 }
      return { name, file, memory, quarantined_since: null, loads: true, failure: null }
    },
    preload: async () => {},
    async remove(name) {
      const model = get(name)
      models.delete(name)
      return model
    },
    load: async (name) => ({ ...get(name), state: 'ready' }),
    unload: async (name) => get(name),
  }
}
