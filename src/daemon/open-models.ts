import { join } from 'node:path'
import type { TargetHealth } from '../api/models.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { createCatalog } from '../catalog/create-catalog.ts'
import type { LiveSettings } from '../config/live-settings.ts'
import type { Paths } from '../config/paths.ts'
import { createDownloads } from '../downloads/create-downloads.ts'
import type { Downloads } from '../downloads/downloads.ts'
import { defaultTuning, hubOf } from '../downloads/defaults.ts'
import type { EventBus } from '../events/create-event-bus.ts'
import { checkParameters } from '../formats/openai-chat/check-parameters.ts'
import { createInference } from '../inference/create-inference.ts'
import type { Inference, ModelEvent } from '../inference/inference.ts'
import type { Log } from '../log.ts'
import type { UpstreamDeadlines } from '../providers/connection.ts'
import { createProviderStore } from '../providers/create-provider-store.ts'
import { createUpstream } from '../providers/create-upstream.ts'
import { systemClock } from '../routing/clock.ts'
import { createHealth, type Health, type TargetHealth as RoutingHealth } from '../routing/health.ts'
import { createRouter, type PublicModel, type Router } from '../routing/router.ts'
import { targetKey } from '../routing/target.ts'
import { createCrashTable } from '../storage/crash-table.ts'
import { createDownloadTable } from '../storage/download-table.ts'
import { createModelTable } from '../storage/model-table.ts'
import { createProviderTable } from '../storage/provider-table.ts'
import type { Data } from './open-data.ts'
import { entryFile, packageFile } from './installed-files.ts'

/** Everything that a name can stand for. */
export interface Models {
  inference: Inference
  catalog: Catalog
  providers: Awaited<ReturnType<typeof createProviderStore>>
  downloads: Downloads
  router: Router
  health: Health
}

/** Closed with `resources`. */
export async function openModels(
  resources: AsyncDisposableStack,
  options: {
    paths: Paths
    env: NodeJS.ProcessEnv
    settings: LiveSettings
    data: Pick<Data, 'database' | 'vault'>
    events: EventBus
    deadlines: UpstreamDeadlines
    /** Whether a process waits for the next model to be loaded, where the settings have nothing against it. */
    mayWarmSpare: boolean
    onModelEvent: (event: ModelEvent) => void
    log: Log
  },
): Promise<Models> {
  const { paths, env, settings, events, deadlines, log } = options
  const { database, vault } = options.data
  const stateRoot = join(paths.cache, 'conversations')
  const inference = resources.use(
    createInference({
      workerPath: entryFile('inference/worker'),
      inspectPath: entryFile('inference/inspect-child'),
      env,
      stateRoot,
      crashes: createCrashTable(database),
      onEvent: options.onModelEvent,
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
      warmSpare: settings.current.models.warmSpare && options.mayWarmSpare,
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
    checkParams: checkParameters,
    assetsFolder: packageFile('assets/'),
  })
  const providers = resources.use(
    await createProviderStore({
      table: createProviderTable(database),
      vault,
      connect: (connection) => createUpstream(connection, deadlines),
      taken: (name) => catalog.taken(name),
      aliasesOf: (provider) => catalog.aliasesOf(provider),
      health: (target) => healthOf({ kind: 'remote', ...target }),
      onReachedAnew: (provider) => health.forget(provider),
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
      const { model, defaults } = found
      const backend = inference.backend(model)
      return { kind: 'local', model: name, backend, ...(defaults && { defaults }) }
    },
  })
  return { inference, catalog, providers, downloads, router, health }
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
