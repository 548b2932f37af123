import { writeFileSync, rmSync } from 'node:fs'
import type { CreatedToken } from './api/tokens.ts'
import { ensureFolders, type Paths } from './config/paths.ts'
import { openSettings } from './config/live-settings.ts'
import type { PartialSettings } from './config/settings.ts'
import { LlmdError } from './errors.ts'
import { createEventBus } from './events/create-event-bus.ts'
import { createApp } from './http/create-app.ts'
import type { Listener } from './http/listen.ts'
import { trackRequests } from './http/track-requests.ts'
import { systemClock } from './routing/clock.ts'
import { asDiskFull } from './storage/disk-full.ts'
import { createDiskRoom } from './storage/disk-room.ts'
import { acquireDataLock, type LockOwner } from './storage/lock.ts'
import { createFirstToken } from './daemon/create-first-token.ts'
import { describeStatus } from './daemon/describe-status.ts'
import { packageFile } from './daemon/installed-files.ts'
import { openAdmission } from './daemon/open-admission.ts'
import { openBackups } from './daemon/open-backups.ts'
import { openData } from './daemon/open-data.ts'
import { openDeployments } from './daemon/open-deployments.ts'
import { openDoctor } from './daemon/open-doctor.ts'
import { openFronts } from './daemon/open-fronts.ts'
import { openListeners } from './daemon/open-listeners.ts'
import { openLog } from './daemon/open-log.ts'
import { openMcp } from './daemon/open-mcp.ts'
import { openModels } from './daemon/open-models.ts'
import { openTelemetry } from './daemon/open-telemetry.ts'
import { settingsReloader } from './daemon/settings-reloader.ts'
import { warmPath } from './daemon/warm-path.ts'

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
  const isDaemon = kind === 'daemon'
  const { log, logs, capture } = openLog(resources, {
    paths,
    env,
    settings,
    isDaemon,
    background: options.background ?? false,
    writeStderr: options.writeLog,
  })
  room.watch(log)
  const data = await openData(resources, { paths, env, settings, room, log })
  const { ledger, rollUp, vault, tokens, issuers } = data
  const events = createEventBus()
  const models = await openModels(resources, {
    paths,
    env,
    settings,
    data,
    events,
    deadlines: upstreamDeadlines,
    mayWarmSpare: isDaemon,
    onModelEvent(event) {
      telemetry.onModelEvent(event)
      events.publish(event)
      if (event.type === 'model.unloaded' && event.reason === 'crashed') deployments.recover(event.name)
    },
    log,
  })
  const { catalog, providers, downloads, router, health } = models
  const { prices, admission } = await openAdmission({ data, catalog })
  const deployments = await openDeployments(resources, { data, models, events, log })
  const mcp = await openMcp(resources, { data, env, log })
  const requests = trackRequests(options.stallMs === undefined ? {} : { stallMs: options.stallMs })
  const telemetry = await openTelemetry(resources, {
    env,
    settings,
    version,
    isDaemon,
    models,
    requests,
    log,
  })
  const { watchRequest } = telemetry.http

  const { reload, tryReload } = settingsReloader({
    settings,
    onReloaded: () => void fronts?.settle(),
    log,
  })
  const fronts = isDaemon
    ? openFronts({
        paths,
        env,
        settings,
        deadlines: upstreamDeadlines,
        data,
        models,
        prices,
        capture,
        traces: telemetry.traces,
        takers: { requests, ledger, events, watchRequest, writeLog: logs.write },
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
      routeHeaders: settings.current.server.routeHeaders,
      tokens,
      issuers,
      catalog,
      downloads,
      deployments,
      providers,
      mcp,
      vault,
      backups: openBackups({ paths, data, version }),
      doctor: openDoctor({
        paths,
        env,
        settings,
        room,
        data,
        models,
        listeners: () => listeners.map((listener) => listener.url),
      }),
      events,
      ledger,
      log,
      logs,
      capture,
      ...telemetry.http,
      async settle() {
        await deployments.review()
        await fronts?.settle()
      },
      stop: () => stop.resolve(),
      swaggerUiFolder: packageFile('assets/swagger-ui/'),
      settings: { list: () => ({ data: settings.list(), path: paths.settings }), reload },
      status() {
        return describeStatus({
          startedAt,
          version,
          listeners,
          requests,
          fronts: fronts?.status() ?? [],
          catalog,
          inference: models.inference,
          capture,
          memoryBytes: settings.current.models.memoryBytes,
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

  const firstToken = isDaemon && makeFirstToken ? await createFirstToken(tokens) : null
  const owned = resources.move()
  return {
    fetch: async (request) => app.fetch(request, { via: 'in-process' }),
    async listen({ socket = paths.socket, inherited = [] } = {}) {
      const address = settings.current.server
      await openListeners(listeners, { app, socket, inherited, address, paths, fronts, log })
      const urls = listeners.map((listener) => listener.url)
      announce(paths, { pid: process.pid, version, listeners: urls })
      owned.defer(() => rmSync(paths.daemonFile, { force: true }))
      // Nobody waits for it: requests are served meanwhile.
      void catalog.preload()
      providers.start()
      downloads.start()
      deployments.start()
      rollUp.start()
      const warmed = providers.list().length > 0 ? warmPath({ folder: paths.runtime, requests }) : undefined
      owned.defer(async () => void (await warmed))
      log.info('llmd is ready', { version, pid: process.pid, listeners: urls.join(' ') })
      logs.flush()
      return urls
    },
    reload: tryReload,
    get closingMs() {
      return settings.current.server.drainSeconds * 1000 + closingMs
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
