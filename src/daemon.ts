import { fstatSync, writeFileSync, rmSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hideTokenKeys } from './access/token-key.ts'
import { createTokenStore, type Principal, type TokenStore } from './access/token-store.ts'
import type { TargetHealth } from './api/models.ts'
import type { RequestStory } from './api/requests.ts'
import type { Reloaded } from './api/settings.ts'
import type { Status } from './api/status.ts'
import { scopeSchema, type CreatedToken } from './api/tokens.ts'
import { createBackups } from './backup/create-backups.ts'
import type { Catalog } from './catalog/catalog.ts'
import { createCatalog } from './catalog/create-catalog.ts'
import { ensureFolders, type Paths } from './config/paths.ts'
import { openSettings } from './config/live-settings.ts'
import type { PartialSettings, Settings } from './config/settings.ts'
import { createDoctor } from './doctor/create-doctor.ts'
import { examineFolders } from './doctor/examine-folders.ts'
import { examineMachine, thisMachine } from './doctor/examine-machine.ts'
import { examineParts } from './doctor/examine-parts.ts'
import { createDownloads } from './downloads/create-downloads.ts'
import { defaultTuning, hubOf } from './downloads/defaults.ts'
import { LlmdError, toLlmdError } from './errors.ts'
import { createEventBus } from './events/create-event-bus.ts'
import { createFronts } from './front/create-fronts.ts'
import { listenWithFronts } from './front/listen-with-fronts.ts'
import { makeSnapshot } from './front/make-snapshot.ts'
import { createApp } from './http/create-app.ts'
import { listenInherited, type InheritedListener } from './http/listen-inherited.ts'
import { listenSocket, listenTcp, type Listener } from './http/listen.ts'
import { trackRequests } from './http/track-requests.ts'
import { createInference } from './inference/create-inference.ts'
import { probeEngine } from './inference/probe-engine.ts'
import { memoryBudget } from './inference/residency/memory-budget.ts'
import { createLog } from './log.ts'
import { chooseTarget, type LogTarget } from './logs/choose-target.ts'
import { createCapture, type Capture } from './logs/create-capture.ts'
import { lastWords } from './logs/last-words.ts'
import { openLogs } from './logs/open-logs.ts'
import { watchStalls } from './logs/watch-stalls.ts'
import { createMetrics } from './metrics/create-metrics.ts'
import { createProviderStore } from './providers/create-provider-store.ts'
import { createUpstream } from './providers/create-upstream.ts'
import { providerSecrets } from './providers/provider-secrets.ts'
import { traceProvider } from './providers/trace-provider.ts'
import { systemClock } from './routing/clock.ts'
import { createHealth, type TargetHealth as RoutingHealth } from './routing/health.ts'
import { createRouter, type PublicModel } from './routing/router.ts'
import { targetKey } from './routing/target.ts'
import { createVault } from './secrets/create-vault.ts'
import { createCrashTable } from './storage/crash-table.ts'
import { openDatabase } from './storage/database.ts'
import { asDiskFull } from './storage/disk-full.ts'
import { createDiskRoom } from './storage/disk-room.ts'
import { createDownloadTable } from './storage/download-table.ts'
import { acquireDataLock, type LockOwner } from './storage/lock.ts'
import { createModelTable } from './storage/model-table.ts'
import { createProviderTable } from './storage/provider-table.ts'
import { createTokenTable } from './storage/token-table.ts'
import { openUsageDatabase } from './storage/usage-database.ts'
import { createUsageTable } from './storage/usage-table.ts'
import { createUsageThread } from './storage/usage-thread.ts'
import { createTraces } from './traces/create-traces.ts'
import { continueTrace } from './traces/trace-context.ts'
import { traceDestination } from './traces/trace-destination.ts'
import { createLedger } from './usage/ledger.ts'
import { createRollUp } from './usage/roll-up.ts'

export interface DaemonOptions {
  paths: Paths
  env: NodeJS.ProcessEnv
  /** A daemon serves until it is told to stop; a command borrows its app for one call. */
  kind: LockOwner['kind']
  /** What flags say; they win over every other setting. */
  overrides?: PartialSettings
  /** Whether a daemon that has no token yet makes one; by default it does. */
  makeFirstToken?: boolean
  version: string
  /** Whether it was started in the background, where nobody reads stderr. */
  background?: boolean
  /** How long clients may leave unread what was sent; half a minute where absent. */
  stallMs?: number
  /** Takes what of the log goes to stderr. */
  writeLog: (text: string) => void
}

/** The whole of llmd, wired. Disposing it drains, ends the engines and lets go of the data. */
export interface Daemon extends AsyncDisposable {
  /** The app, for a caller in this process. */
  fetch(request: Request): Promise<Response>
  /**
   * Starts to serve; the addresses it can be reached at, the Unix socket's first.
   * @param options.inherited descriptors of listening sockets, which stand in for llmd's own of their kind
   */
  listen(options?: { socket?: string; inherited?: number[] }): Promise<string[]>
  /** Reads the settings again; what is wrong with them is logged, and the old ones stay. */
  reload(): void
  /** The most that disposing it takes; requests may go on for the better part of it. */
  readonly closingMs: number
  /** The token of a first start. Nothing can read it again. */
  readonly firstToken: CreatedToken | null
  /** Resolves when the admin API asked the daemon to end. */
  readonly stopRequested: Promise<void>
}

/** A model that thinks may take minutes until it says something. */
const upstreamDeadlines = { connect: 10_000, firstByte: 600_000, idle: 300_000, total: 3_600_000 }

/** What is left to do once requests are drained: ending engines, closing the databases. */
const closingMs = 30_000

/** How long a command may keep others waiting that want the data. */
const lockWaitMs = 10_000

/**
 * The composition root: opens every resource and hands each part what it needs.
 * @throws LlmdError `data_locked`, `invalid_settings`, `data_corrupt`, `data_too_new`, `disk_full`
 */
export async function openDaemon(options: DaemonOptions): Promise<Daemon> {
  try {
    return await open(options)
  } catch (error) {
    throw asDiskFull(error) ?? error
  }
}

async function open(options: DaemonOptions): Promise<Daemon> {
  const { paths, env, kind, overrides = {}, makeFirstToken = true, version } = options
  const startedAt = new Date()
  // Whatever is made from here on is this user's alone.
  process.umask(0o077)
  ensureFolders(paths)
  const settings = openSettings({ folder: paths.config, env, overrides })

  await using resources = new AsyncDisposableStack()
  const room = resources.use(createDiskRoom({ file: paths.ballast }))
  resources.use(
    await acquireDataLock({ lockFile: paths.lock, ownerFile: paths.owner, kind, waitMs: lockWaitMs }),
  )
  const { recentLines, ...retention } = settings.current.log
  const logs = resources.use(
    openLogs({
      // Commands come and go beside the daemon whose file it is.
      target: kind === 'command' ? 'stderr' : logTarget(settings.current.log.target, options),
      writeStderr: options.writeLog,
      file: { ...retention, path: paths.daemonLog },
      recentLines,
    }),
  )
  const log = createLog({
    get level() {
      return settings.current.log.level
    },
    write: logs.write,
  })
  room.watch(log)
  if (kind === 'daemon') {
    resources.use(watchStalls({ log }))
    resources.use(lastWords({ log, flush: logs.flush }))
    resources.defer(() => log.info('llmd has ended'))
  }
  const capture = resources.use(
    createCapture({ file: { ...retention, path: paths.captured }, hideKeys: hideTokenKeys, log }),
  )
  const database = resources.use(await openDatabase(paths.database, room))
  const events = createEventBus()
  const usage = resources.use(await openUsageDatabase(paths.usage, room))
  const usageTable = createUsageTable(usage)
  const thread = createUsageThread({ file: paths.usage, workerPath: siblingFile('storage/usage-worker') })
  const ledger = resources.use(createLedger({ table: usageTable, thread, log }))
  const rollUp = resources.use(
    createRollUp({ table: usageTable, thread, keepDays: () => settings.current.usage.keepDays, log }),
  )
  const vault = await createVault({
    database,
    stores: [providerSecrets],
    homes: {
      preferred: settings.current.secrets.home,
      file: paths.masterKey,
      keychainChildPath: siblingFile('secrets/keychain-child'),
      env,
    },
    log,
  })
  const tokens = await createTokenStore({ table: createTokenTable(database) })
  // A command is over before anybody could read them.
  const metrics =
    kind === 'daemon'
      ? resources.use(
          await createMetrics({
            version,
            openRequests: () => requests.active,
            models: () => catalog.list(),
          }),
        )
      : undefined
  const stateRoot = join(paths.cache, 'conversations')
  const inference = resources.use(
    createInference({
      ...childEntries(),
      env,
      stateRoot,
      crashes: createCrashTable(database),
      onEvent(event) {
        metrics?.model(event)
        events.publish(event)
      },
      log,
      get keptBytes() {
        return settings.current.models.keptBytes
      },
      get memoryBytes() {
        return settings.current.models.memoryBytes
      },
      get ttl() {
        return settings.current.models.ttlSeconds || null
      },
      warmSpare: settings.current.models.warmSpare && kind === 'daemon',
    }),
  )
  const health = createHealth(systemClock)
  const healthOf = (target: Parameters<typeof targetKey>[0]) =>
    describeHealth(health.status(targetKey(target)))
  const catalog: Catalog = await createCatalog({
    table: createModelTable(database),
    inference,
    // Each of the two asks the other about names, but only when something is asked of it.
    providers: {
      has: (name) => providers.has(name),
      served: () => providers.served(),
      find: (name) => providers.find(name),
      taken: (name) => providers.taken(name),
    },
    health: healthOf,
    log,
    assetsFolder: packageFile('assets/'),
  })
  const providers = resources.use(
    await createProviderStore({
      table: createProviderTable(database),
      vault,
      connect: (connection) => createUpstream(connection, upstreamDeadlines),
      taken: (name) => catalog.taken(name),
      aliasesOf: (provider) => catalog.aliasesOf(provider),
      health: (target) => healthOf({ kind: 'remote', ...target }),
      log,
    }),
  )
  const { folder } = settings.current.models
  const downloads = resources.use(
    await createDownloads({
      ...defaultTuning,
      ...hubOf(env),
      table: createDownloadTable(database),
      folder: folder === 'auto' ? join(paths.data, 'models') : folder,
      models: catalog,
      get connections() {
        return settings.current.downloads.connections
      },
      publish: (event) => events.publish(event),
      log,
    }),
  )
  const router = createRouter({
    list: () => publicModels(catalog),
    find(name) {
      const found = catalog.find(name)
      if (found?.kind !== 'local') return found
      return { kind: 'local', model: name, backend: inference.backend(found.model) }
    },
  })

  const reload = (): Reloaded => {
    const { applied, needsRestart } = settings.reload()
    log.info('settings were read again', {
      applied: applied.join(' '),
      needs_restart: needsRestart.join(' '),
    })
    void fronts?.settle()
    return { applied, needs_restart: needsRestart }
  }

  const destination =
    kind === 'daemon'
      ? traceDestination({ endpoint: settings.current.telemetry.otlpEndpoint, env, version })
      : undefined
  const traces =
    destination &&
    resources.use(
      createTraces({
        destination,
        version,
        findProvider: (name) => (providers.has(name) ? traceProvider(providers.get(name)) : undefined),
        log,
      }),
    )
  const watchRequest = (story: RequestStory) => {
    metrics?.request(story)
    traces?.request(story)
  }

  const requests = trackRequests(options.stallMs === undefined ? {} : { stallMs: options.stallMs })
  const { fronts: frontCount, routeHeaders } = settings.current.server
  const fronts =
    kind === 'daemon' && frontCount > 1
      ? createFronts({
          count: frontCount - 1,
          workerPath: siblingFile('front/worker'),
          env,
          handOverPath: paths.handOver,
          deadlines: upstreamDeadlines,
          snapshot() {
            const { allowedHosts, maxBodyBytes } = settings.current.server
            const logLevel = settings.current.log.level
            const told = { allowedHosts, maxBodyBytes, routeHeaders, logLevel, traces: traces !== undefined }
            return makeSnapshot({ tokens, catalog, providers, capture, settings: told })
          },
          requests,
          ledger,
          events,
          watchRequest,
          writeLog: logs.write,
          log,
        })
      : undefined
  const listeners: Listener[] = []
  const stop = Promise.withResolvers<void>()
  const app = createApp(
    {
      router,
      health,
      upstream: (provider) => providers.upstream(provider),
      clock: systemClock,
      random: Math.random,
      routeHeaders,
      tokens,
      catalog,
      downloads,
      providers,
      vault,
      backups: createBackups({
        sources: {
          'state.db': { file: paths.database, copyTo: (file) => database.copyTo(file) },
          'usage.db': { file: paths.usage, copyTo: (file) => usage.copyTo(file) },
        },
        folder: paths.backups,
        version,
      }),
      doctor: createDoctor([
        { check: 'machine', examine: () => examineMachine(thisMachine(env)) },
        { check: 'folders', examine: () => examineFolders(paths) },
        ...examineParts({
          damage: () => database.findDamage(),
          diskFull: () => room.full,
          vault: () => vault.reopen(),
          listeners: () => ({
            open: listeners.map((listener) => listener.url),
            wanted: settings.current.server,
          }),
          engine: (signal) => probeEngine({ childPath: siblingFile('inference/probe-child'), env, signal }),
          models: () => catalog.list(),
          async memory(name) {
            const found = catalog.find(name)
            if (found?.kind !== 'local') throw new LlmdError('model_not_found', `There is no model ${name}.`)
            return inference.estimate(found.model)
          },
          providers: () => providers.list(),
          providerModels: (name, signal) => providers.models(name, signal),
        }),
      ]),
      events,
      ledger,
      log,
      logs,
      capture,
      metrics: {
        async read() {
          if (metrics) return metrics.read()
          throw new LlmdError('not_found', 'Only a daemon that serves has metrics.')
        },
        get isPublic() {
          return settings.current.metrics.public
        },
      },
      ...(traces && { beginTrace: continueTrace }),
      watchRequest,
      ...(fronts && { settle: () => fronts.settle() }),
      stop: () => stop.resolve(),
      swaggerUiFolder: packageFile('assets/swagger-ui/'),
      settings: { list: () => ({ data: settings.list(), path: paths.settings }), reload },
      status() {
        const { memoryBytes } = settings.current.models
        const status = fronts?.status() ?? []
        return describe({
          startedAt,
          version,
          listeners,
          requests,
          fronts: status,
          catalog,
          capture,
          memoryBytes,
        })
      },
    },
    {
      requests,
      get maxBodyBytes() {
        return settings.current.server.maxBodyBytes
      },
      get allowedHosts() {
        return settings.current.server.allowedHosts
      },
    },
  )

  // Disposed first: requests end while everything they use is still there. Until then the listeners stay open,
  // so that a balancer can read the 503 of /ready.
  resources.defer(async () => {
    const reason = new LlmdError('shutting_down', 'llmd is shutting down.', {
      hint: 'Send the request again when it is back.',
    })
    const graceMs = settings.current.server.drainSeconds * 1000
    await Promise.all([requests.drain({ graceMs, reason }), fronts?.drain(graceMs)])
    await Promise.all(listeners.map((listener) => listener.close()))
  })

  const firstToken = kind === 'daemon' && makeFirstToken ? await createFirstToken(tokens) : null
  const owned = resources.move()
  return {
    fetch: async (request) => app.fetch(request, { via: 'in-process' }),
    async listen({ socket = paths.socket, inherited = [] } = {}) {
      const kinds = new Set<InheritedListener['kind']>()
      for (const fd of inherited) {
        const listener = await listenInherited({ app, fd })
        listeners.push(listener)
        kinds.add(listener.kind)
      }
      if (!kinds.has('socket')) listeners.unshift(await listenSocket({ app, path: socket }))
      const { host, port } = settings.current.server
      if (kinds.has('tcp')) {
        if (fronts) log.warn('server.fronts has no effect on a socket that llmd was handed')
      } else if (fronts) {
        const handOverPath = paths.handOver
        listeners.push(await listenWithFronts({ app, host, port, handOverPath, fronts, log }))
      } else listeners.push(await listenTcp({ app, host, port }))
      const urls = listeners.map((listener) => listener.url)
      announce(paths, { pid: process.pid, version, listeners: urls })
      owned.defer(() => rmSync(paths.daemonFile, { force: true }))
      // Nobody waits for it: requests are served meanwhile.
      void catalog.preload()
      providers.start()
      downloads.start()
      rollUp.start()
      log.info('llmd is ready', { version, pid: process.pid, listeners: urls.join(' ') })
      logs.flush()
      return urls
    },
    reload() {
      try {
        reload()
      } catch (error) {
        const { code, message, hint } = toLlmdError(error)
        log.error('settings were not read again', { code, reason: message, hint })
      }
    },
    get closingMs() {
      return settings.current.server.drainSeconds * 1000 + closingMs
    },
    firstToken,
    stopRequested: stop.promise,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function logTarget(
  setting: Settings['log']['target'],
  { background = false, env }: Pick<DaemonOptions, 'background' | 'env'>,
): LogTarget {
  return chooseTarget({ setting, background, env, stderr: fstatSync(2) })
}

/** What clients are shown: not what was removed with its provider. */
function publicModels(catalog: Catalog): PublicModel[] {
  return catalog
    .list()
    .filter((model) => model.kind !== 'remote' || model.health !== null)
    .map(({ name, created_at }) => ({ id: name, created: Math.floor(Date.parse(created_at) / 1000) }))
}

function describeHealth({ state, coolingMs, lastError }: RoutingHealth): TargetHealth {
  const retryAt = coolingMs === null ? null : new Date(Date.now() + coolingMs)
  return { state, retry_at: retryAt?.toISOString() ?? null, last_error: lastError }
}

/** Commands find a daemon by this file, whatever address it was told to listen on. */
function announce(paths: Paths, daemon: { pid: number; version: string; listeners: string[] }): void {
  writeFileSync(paths.daemonFile, JSON.stringify(daemon), { mode: 0o600 })
}

/** A token for inference alone: whoever started the daemon manages it over the socket. */
async function createFirstToken(tokens: TokenStore): Promise<CreatedToken | null> {
  if (tokens.list().length > 0) return null
  const operator: Principal = { tokenId: null, tokenName: null, scopes: new Set(scopeSchema.options) }
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
  fronts: Status['fronts']
  catalog: Catalog
  capture: Capture
  /** The setting; 0 lets llmd choose. */
  memoryBytes: number
}): Status {
  const { startedAt, version, listeners, requests, fronts, catalog, capture, memoryBytes } = parts
  const models = catalog.list()
  const engines = models.flatMap((model) => (model.kind === 'local' ? (model.engine ?? []) : []))
  return {
    pid: process.pid,
    version,
    started_at: startedAt.toISOString(),
    uptime_seconds: process.uptime(),
    listeners: listeners.map((listener) => listener.url),
    draining: requests.draining,
    fronts,
    models: { total: models.length, loaded: engines.length },
    requests: {
      active: requests.active,
      queued: sum(engines.map((engine) => engine.queued)),
      served: requests.served,
    },
    capture: capture.active,
    memory: {
      daemon_bytes: process.memoryUsage.rss(),
      engines_bytes: sum(engines.map((engine) => engine.memory_bytes)),
      budget_bytes: memoryBudget(memoryBytes),
    },
  }
}
