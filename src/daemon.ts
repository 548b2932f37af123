import { writeFileSync, rmSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTokenStore, type Principal, type TokenStore } from './access/token-store.ts'
import type { Status } from './api/status.ts'
import { scopeSchema, type CreatedToken } from './api/tokens.ts'
import type { Catalog } from './catalog/catalog.ts'
import { createCatalog } from './catalog/create-catalog.ts'
import { ensureFolders, type Paths } from './config/paths.ts'
import { loadSettings, type PartialSettings } from './config/settings.ts'
import { LlmdError } from './errors.ts'
import { createApp } from './http/create-app.ts'
import { listenSocket, listenTcp, type Listener } from './http/listen.ts'
import { trackRequests } from './http/track-requests.ts'
import { createInference } from './inference/create-inference.ts'
import { createLog } from './log.ts'
import { createRouter } from './routing/router.ts'
import { openDatabase } from './storage/database.ts'
import { acquireDataLock, type LockOwner } from './storage/lock.ts'
import { createModelTable } from './storage/model-table.ts'
import { createTokenTable } from './storage/token-table.ts'

export interface DaemonOptions {
  paths: Paths
  env: NodeJS.ProcessEnv
  /** A daemon serves until it is told to stop; a command borrows its app for one call. */
  kind: LockOwner['kind']
  /** What flags say; they win over every other setting. */
  overrides?: PartialSettings
  version: string
  /** Takes each line of the log. */
  writeLog: (line: string) => void
}

/** The whole of llmd, wired. Disposing it drains, ends the engines and lets go of the data. */
export interface Daemon extends AsyncDisposable {
  /** The app, for a caller in this process. */
  fetch(request: Request): Promise<Response>
  /** Starts to serve; the addresses it can be reached at, the Unix socket's first. */
  listen(options?: { socket?: string }): Promise<string[]>
  /** The token of a first start. Nothing can read it again. */
  readonly firstToken: CreatedToken | null
  /** Resolves when the admin API asked the daemon to end. */
  readonly stopRequested: Promise<void>
}

/** How long a command may keep others waiting that want the data. */
const lockWaitMs = 10_000

/**
 * The composition root: opens every resource and hands each part what it needs.
 * @throws LlmdError `data_locked`, `invalid_settings`, `data_corrupt`, `data_too_new`
 */
export async function openDaemon(options: DaemonOptions): Promise<Daemon> {
  const { paths, env, kind, overrides = {}, version } = options
  const startedAt = new Date()
  // Whatever is made from here on is this user's alone.
  process.umask(0o077)
  ensureFolders(paths)
  const settings = loadSettings({ folder: paths.config, env, overrides })
  const log = createLog({ level: settings.log.level, write: options.writeLog })

  await using resources = new AsyncDisposableStack()
  resources.use(
    await acquireDataLock({ lockFile: paths.lock, ownerFile: paths.owner, kind, waitMs: lockWaitMs }),
  )
  const database = resources.use(await openDatabase(paths.database))
  const tokens = await createTokenStore({ table: createTokenTable(database) })
  const { memoryBytes, ttlSeconds, warmSpare, keptBytes } = settings.models
  const stateRoot = join(paths.cache, 'conversations')
  const inference = resources.use(
    createInference({
      ...childEntries(),
      env,
      stateRoot,
      keptBytes,
      log,
      memoryBytes,
      ttl: ttlSeconds === 0 ? null : ttlSeconds,
      warmSpare: warmSpare && kind === 'daemon',
    }),
  )
  const catalog = await createCatalog({
    table: createModelTable(database),
    inference,
    log,
    assetsFolder: packageFile('assets/'),
  })
  const router = createRouter({
    list: () =>
      catalog
        .list()
        .map(({ name, created_at }) => ({ id: name, created: Math.floor(Date.parse(created_at) / 1000) })),
    find(name) {
      const model = catalog.find(name)
      return model && inference.backend(model)
    },
  })

  const requests = trackRequests()
  const listeners: Listener[] = []
  const stop = Promise.withResolvers<void>()
  const app = createApp(
    {
      router,
      tokens,
      catalog,
      log,
      stop: () => stop.resolve(),
      status: () => describe({ startedAt, version, listeners, requests, catalog }),
    },
    { requests, maxBodyBytes: settings.server.maxBodyBytes, allowedHosts: settings.server.allowedHosts },
  )

  // Disposed first: requests end while everything they use is still there. Until then the listeners stay open,
  // so that a balancer can read the 503 of /ready.
  resources.defer(async () => {
    const reason = new LlmdError('shutting_down', 'llmd is shutting down.', {
      hint: 'Send the request again when it is back.',
    })
    await requests.drain({ graceMs: settings.server.drainSeconds * 1000, reason })
    await Promise.all(listeners.map((listener) => listener.close()))
  })

  const firstToken = kind === 'daemon' ? await createFirstToken(tokens) : null
  const owned = resources.move()
  return {
    fetch: async (request) => app.fetch(request, { via: 'in-process' }),
    async listen({ socket = paths.socket } = {}) {
      listeners.push(await listenSocket({ app, path: socket }))
      listeners.push(await listenTcp({ app, host: settings.server.host, port: settings.server.port }))
      const urls = listeners.map((listener) => listener.url)
      announce(paths, { pid: process.pid, version, listeners: urls })
      owned.defer(() => rmSync(paths.daemonFile, { force: true }))
      // Nobody waits for it: requests are served meanwhile.
      void catalog.preload()
      log.info('llmd is ready', { version, pid: process.pid, listeners: urls.join(' ') })
      return urls
    },
    firstToken,
    stopRequested: stop.promise,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Commands find a daemon by this file, whatever address it was told to listen on. */
function announce(paths: Paths, daemon: { pid: number; version: string; listeners: string[] }): void {
  writeFileSync(paths.daemonFile, JSON.stringify(daemon), { mode: 0o600 })
}

/** A token for inference alone: whoever started the daemon manages it over the socket. */
async function createFirstToken(tokens: TokenStore): Promise<CreatedToken | null> {
  if (tokens.list().length > 0) return null
  const operator: Principal = { tokenId: null, scopes: new Set(scopeSchema.options) }
  return tokens.create({ name: 'first', scopes: ['llm-all'], expires_at: null }, operator)
}

/** This file's own extension tells a checkout, where Node runs the sources, from a build. */
function childEntries(): { workerPath: string; inspectPath: string } {
  return { workerPath: siblingFile('inference/worker'), inspectPath: siblingFile('inference/inspect-child') }
}

function siblingFile(name: string): string {
  return fileURLToPath(new URL(`${name}${extname(import.meta.url)}`, import.meta.url))
}

function packageFile(path: string): string {
  const root = extname(import.meta.url) === '.ts' ? '../' : '../../'
  return fileURLToPath(new URL(`${root}${path}`, import.meta.url))
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function describe(parts: {
  startedAt: Date
  version: string
  listeners: Listener[]
  requests: ReturnType<typeof trackRequests>
  catalog: Catalog
}): Status {
  const { startedAt, version, listeners, requests, catalog } = parts
  const models = catalog.list()
  const engines = models.flatMap(({ engine }) => engine ?? [])
  return {
    pid: process.pid,
    version,
    started_at: startedAt.toISOString(),
    uptime_seconds: process.uptime(),
    listeners: listeners.map((listener) => listener.url),
    draining: requests.draining,
    models: { total: models.length, loaded: engines.length },
    requests: {
      active: requests.active,
      queued: sum(engines.map((engine) => engine.queued)),
      served: requests.served,
    },
    memory: {
      daemon_bytes: process.memoryUsage.rss(),
      engines_bytes: sum(engines.map((engine) => engine.memory_bytes)),
    },
  }
}
