import { fstatSync, writeFileSync, rmSync } from 'node:fs'
import { hideTokenKeys } from './access/token-key.ts'
import type { TokenStore } from './access/token-store.ts'
import { withoutToken } from './access/without-token.ts'
import type { RequestStory } from './api/requests.ts'
import type { Reloaded } from './api/settings.ts'
import { scopeSchema, type CreatedToken } from './api/tokens.ts'
import { createBackups } from './backup/create-backups.ts'
import { ensureFolders, type Paths } from './config/paths.ts'
import { openSettings } from './config/live-settings.ts'
import type { PartialSettings, Settings } from './config/settings.ts'
import { LlmdError, toLlmdError } from './errors.ts'
import { createEventBus } from './events/create-event-bus.ts'
import { createFronts } from './front/create-fronts.ts'
import { listenWithFronts } from './front/listen-with-fronts.ts'
import { makeSnapshot } from './front/make-snapshot.ts'
import { createApp } from './http/create-app.ts'
import { listenInherited, type InheritedListener } from './http/listen-inherited.ts'
import { listenSocket, listenTcp, type Listener } from './http/listen.ts'
import { trackRequests } from './http/track-requests.ts'
import { createLog } from './log.ts'
import { chooseTarget, type LogTarget } from './logs/choose-target.ts'
import { createCapture } from './logs/create-capture.ts'
import { lastWords } from './logs/last-words.ts'
import { openLogs } from './logs/open-logs.ts'
import { watchStalls } from './logs/watch-stalls.ts'
import { createMetrics } from './metrics/create-metrics.ts'
import { traceProvider } from './providers/trace-provider.ts'
import { systemClock } from './routing/clock.ts'
import { asDiskFull } from './storage/disk-full.ts'
import { createDiskRoom } from './storage/disk-room.ts'
import { acquireDataLock, type LockOwner } from './storage/lock.ts'
import { createTraces } from './traces/create-traces.ts'
import { continueTrace } from './traces/trace-context.ts'
import { traceDestination } from './traces/trace-destination.ts'
import { describeStatus } from './daemon/describe-status.ts'
import { entryFile, packageFile } from './daemon/installed-files.ts'
import { openAdmission } from './daemon/open-admission.ts'
import { openData } from './daemon/open-data.ts'
import { openDeployments } from './daemon/open-deployments.ts'
import { openDoctor } from './daemon/open-doctor.ts'
import { openMcp } from './daemon/open-mcp.ts'
import { openModels } from './daemon/open-models.ts'

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
  // A small buffer keeps all of its pool in memory: by default 64 KB for a name that lives as long as its request.
  Buffer.poolSize = 8192
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
  const { database, usage, ledger, rollUp, vault, tokens, issuers, spending } = await openData(resources, {
    paths,
    env,
    settings,
    room,
    log,
  })
  const events = createEventBus()
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
  const { inference, catalog, providers, downloads, router, health } = await openModels(resources, {
    paths,
    env,
    settings,
    data: { database, vault },
    events,
    deadlines: upstreamDeadlines,
    mayWarmSpare: kind === 'daemon',
    onModelEvent(event) {
      metrics?.model(event)
      events.publish(event)
      if (event.type === 'model.unloaded' && event.reason === 'crashed') deployments.recover(event.name)
    },
    log,
  })
  const { prices, admission } = await openAdmission({ data: { database, spending }, catalog })
  const deployments = await openDeployments(resources, {
    data: { database, tokens },
    models: { catalog, inference },
    events,
    log,
  })
  const mcp = await openMcp(resources, { data: { database, vault }, env, log })

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
          workerPath: entryFile('front/worker'),
          env,
          handOverPath: paths.handOver,
          deadlines: upstreamDeadlines,
          snapshot() {
            const { allowedHosts, maxBodyBytes } = settings.current.server
            const logLevel = settings.current.log.level
            const { missingTokenStatus } = settings.current.auth
            const told = {
              allowedHosts,
              maxBodyBytes,
              missingTokenStatus,
              issuers: issuers.any,
              routeHeaders,
              logLevel,
              traces: traces !== undefined,
            }
            return makeSnapshot({ tokens, catalog, providers, capture, prices, settings: told })
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
      admission,
      prices,
      routeHeaders,
      tokens,
      issuers,
      catalog,
      downloads,
      deployments,
      providers,
      mcp,
      vault,
      backups: createBackups({
        sources: {
          'state.db': { file: paths.database, copyTo: (file) => database.copyTo(file) },
          'usage.db': { file: paths.usage, copyTo: (file) => usage.copyTo(file) },
        },
        folder: paths.backups,
        version,
      }),
      doctor: openDoctor({
        paths,
        env,
        settings,
        room,
        data: { database, vault },
        models: { catalog, inference, providers },
        listeners: () => listeners.map((listener) => listener.url),
      }),
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
      async settle() {
        await deployments.review()
        await fronts?.settle()
      },
      stop: () => stop.resolve(),
      swaggerUiFolder: packageFile('assets/swagger-ui/'),
      settings: { list: () => ({ data: settings.list(), path: paths.settings }), reload },
      status() {
        const { memoryBytes } = settings.current.models
        const status = fronts?.status() ?? []
        return describeStatus({
          startedAt,
          version,
          listeners,
          requests,
          fronts: status,
          catalog,
          inference,
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
      get missingTokenStatus() {
        return settings.current.auth.missingTokenStatus
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
      deployments.start()
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

/** Commands find a daemon by this file, whatever address it was told to listen on. */
function announce(paths: Paths, daemon: { pid: number; version: string; listeners: string[] }): void {
  writeFileSync(paths.daemonFile, JSON.stringify(daemon), { mode: 0o600 })
}

/** A token for inference alone: whoever started the daemon manages it over the socket. */
async function createFirstToken(tokens: TokenStore): Promise<CreatedToken | null> {
  if (tokens.list().length > 0) return null
  const operator = withoutToken(scopeSchema.options)
  return tokens.create({ name: 'first', scopes: ['llm-all'], expires_at: null }, operator)
}
