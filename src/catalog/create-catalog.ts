import type { Model } from '../api/models.ts'
import { toLlmdError } from '../errors.ts'
import type { Inference, LocalModel } from '../inference/inference.ts'
import type { Log } from '../log.ts'
import type { ModelTable } from '../storage/model-table.ts'
import type { Catalog, NamedModel } from './catalog.ts'
import { changeDefinition } from './change-definition.ts'
import { changeProfile, noProfile } from './change-profile.ts'
import { checkAsDefaults } from './check-as-defaults.ts'
import { checkRoutes } from './check-routes.ts'
import { deleteFiles, filesToDelete } from './delete-files.ts'
import { defineModel } from './define-model.ts'
import {
  type Definition,
  type LocalDefinition,
  renameDefinition,
  type RoutedDefinition,
  toDefinition,
} from './definition.ts'
import { describeCheck } from './describe-model.ts'
import { checkOptions, toStoredOptions } from './model-options.ts'
import { createPresenter, type LookAtHealth } from './present-model.ts'
import { notDefined, notLocal, takenName, targetInUse, unknownModel, unknownTarget } from './refusals.ts'
import type { ServedNames } from './served-names.ts'

export interface CatalogOptions {
  table: ModelTable
  inference: Inference
  /** Asked only when something is asked of the catalog, so it may be made later. */
  providers: ServedNames
  health: LookAtHealth
  log: Log
  /**
   * Whether local models can do what these parameters of requests say.
   * @throws LlmdError `invalid_request`, `unsupported_parameter`
   */
  checkParams: (params: Record<string, unknown>) => void
  /** Where the models are that llmd carries. */
  assetsFolder: string
  now?: () => Date
}

/** Reads every definition once; from then on the table is only written to. */
export async function createCatalog(options: CatalogOptions): Promise<Catalog> {
  const {
    table,
    inference,
    providers,
    health,
    log,
    checkParams,
    assetsFolder,
    now = () => new Date(),
  } = options
  const definitions = new Map<string, Definition>()
  for (const row of await table.all()) {
    const definition = toDefinition(row, assetsFolder)
    if (definition) definitions.set(row.name, definition)
  }
  const present = createPresenter({ inference, providers, health, find })

  function find(name: string): NamedModel | undefined {
    const definition = definitions.get(name)
    // What was removed with its provider is gone, though its definition stays until it is removed too.
    if (definition?.kind === 'remote' && !providers.has(definition.row.provider)) return undefined
    if (definition) return toNamedModel(definition)
    const served = providers.find(name)
    return served && { kind: 'remote', provider: served.provider, model: served.model }
  }

  function get(name: string): Definition {
    const definition = definitions.get(name)
    if (definition) return definition
    const served = providers.find(name)
    throw served ? notDefined(name, served.provider) : unknownModel(name)
  }

  function getLocal(name: string): LocalDefinition {
    const definition = definitions.get(name)
    if (definition?.kind === 'local') return definition
    throw definition || find(name) ? notLocal(name) : unknownModel(name)
  }

  function taken(name: string): string | undefined {
    const definition = definitions.get(name)
    return definition && `a ${definition.kind} model`
  }

  function refuseTaken(name: string): void {
    const owner = taken(name) ?? providers.taken(name)
    if (owner !== undefined) throw takenName(name, owner)
  }

  function check(definition: Definition): void {
    if (definition.kind === 'local') checkDefaults(definition.row)
    if (definition.kind === 'routed') checkTargets(definition)
  }

  /** Of a local model. */
  function checkDefaults({ defaults }: Pick<LocalDefinition['row'], 'defaults'>): void {
    if (defaults.params) checkAsDefaults(checkParams, defaults.params)
  }

  function checkTargets(definition: RoutedDefinition): void {
    const { name, targets } = definition.row
    for (const [index, { model }] of targets.entries()) {
      if (model !== name && !find(model)) throw unknownTarget(model, index)
    }
    const routes = new Map<string, string[]>()
    for (const each of [...definitions.values(), definition]) {
      if (each.kind === 'routed') routes.set(each.row.name, targetsOf(each))
    }
    checkRoutes(routes)
  }

  async function insert(definition: Definition): Promise<Model> {
    check(definition)
    // The table decides between two that add the same name at the same time.
    await table.insert(definition.row)
    definitions.set(definition.row.name, definition)
    return present.any(definition)
  }

  return {
    list() {
      const own = [...definitions.values()].map((definition) => present.any(definition))
      const served = providers.served().map((name) => present.served(name))
      return [...own, ...served].toSorted(byProviderAndName)
    },
    get(name) {
      const definition = definitions.get(name)
      if (definition) return present.any(definition)
      const served = providers.served().find((one) => one.name === name)
      if (served) return present.served(served)
      throw unknownModel(name)
    },
    find,
    tierOf: (name) => definitions.get(name)?.row.tier ?? null,
    taken,
    aliasesOf: (provider) =>
      [...definitions.values()].flatMap(({ kind, row }) =>
        kind === 'remote' && row.provider === provider ? row.name : [],
      ),
    async add(model, signal) {
      refuseTaken(model.name)
      const definition = await defineModel(model, {
        createdAt: now().toISOString(),
        assetsFolder,
        isProvider: (name) => providers.has(name),
        inspect: (path) => inference.inspect(path, signal),
      })
      return insert(definition)
    },
    checkNew({ name, options: modelOptions, profile }) {
      refuseTaken(name)
      checkOptions(modelOptions)
      checkDefaults(changeProfile(noProfile, profile))
    },
    async addDownloaded({ name, source, path, options: modelOptions, profile }, signal) {
      const there = definitions.get(name)
      if (there?.kind === 'local' && there.row.source === source && there.file.path === path) {
        return present.any(there)
      }
      refuseTaken(name)
      const file = await inference.inspect(path, signal)
      const stored = toStoredOptions(modelOptions)
      const row = {
        kind: 'local' as const,
        name,
        source,
        createdAt: now().toISOString(),
        ...changeProfile(noProfile, profile),
        options: stored,
        file,
      }
      return insert({ kind: 'local', row, file })
    },
    async edit(name, change) {
      const previous = get(name)
      const definition = changeDefinition(previous, change, { isProvider: (each) => providers.has(each) })
      check(definition)
      // At once, so that an edit at the same time builds on this one.
      definitions.set(name, definition)
      try {
        if (!(await table.update(definition.row))) throw unknownModel(name)
      } catch (error) {
        if (definitions.get(name) === definition) definitions.set(name, previous)
        throw error
      }
      return present.any(definition)
    },
    async copy(name, newName) {
      const definition = get(name)
      refuseTaken(newName)
      return insert(renameDefinition(definition, { name: newName, createdAt: now().toISOString() }))
    },
    async remove(name, { deleteFile = false } = {}) {
      const definition = get(name)
      const files = deleteFile ? filesToDelete(definition, definitions.values()) : []
      const users = [...definitions.values()].filter((each) => targetsOf(each).includes(name))
      if (users.length > 0)
        throw targetInUse(
          name,
          users.map(({ row }) => row.name),
        )
      // First, so that no request that comes meanwhile loads it again.
      definitions.delete(name)
      try {
        if (definition.kind === 'local') await inference.unload(name)
        await table.remove(name)
      } catch (error) {
        definitions.set(name, definition)
        throw error
      }
      await deleteFiles(files)
      return present.any(definition)
    },
    async load(name, signal) {
      const definition = getLocal(name)
      await inference.load(toLocalModel(definition), signal)
      return present.local(definition)
    },
    async unload(name) {
      const definition = getLocal(name)
      await inference.unload(name)
      return present.local(definition)
    },
    async check(name, signal) {
      return describeCheck(name, await inference.check(toLocalModel(getLocal(name)), signal))
    },
    async preload() {
      for (const definition of definitions.values()) {
        if (definition.kind !== 'local' || definition.row.options.preload !== true) continue
        await inference.load(toLocalModel(definition)).catch((error: unknown) => {
          const { code, message } = toLlmdError(error)
          if (code === 'shutting_down') return
          const { name: model } = definition.row
          log.error('a model could not be loaded at the start', { model, code, reason: message })
        })
      }
    },
  }
}

function targetsOf(definition: Definition): string[] {
  return definition.kind === 'routed' ? definition.row.targets.map(({ model }) => model) : []
}

function byProviderAndName(a: Model, b: Model): number {
  const [providerA, providerB] = [providerOf(a), providerOf(b)]
  if (providerA !== providerB) return providerA < providerB ? -1 : 1
  return a.name < b.name ? -1 : 1
}

function providerOf(model: Model): string {
  return model.kind === 'remote' ? model.provider : ''
}

function toNamedModel(definition: Definition): NamedModel {
  const named = toNamed(definition)
  const { defaults } = definition.row
  // Of empty ones no request need know.
  for (const _ in defaults) return { ...named, defaults }
  return named
}

function toNamed(definition: Definition): NamedModel {
  const { kind, row } = definition
  if (kind === 'local') return { kind, model: toLocalModel(definition) }
  if (kind === 'remote') return { kind, provider: row.provider, model: row.model }
  return { kind, strategy: row.strategy, targets: row.targets }
}

function toLocalModel({ row, file }: LocalDefinition): LocalModel {
  const { ttl, pinned, preload: _, ...options } = row.options
  const residency = { ...(ttl !== undefined && { ttl }), ...(pinned !== undefined && { pinned }) }
  return { name: row.name, path: file.path, options, residency, shape: file.shape }
}
