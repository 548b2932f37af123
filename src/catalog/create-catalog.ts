import { isAbsolute } from 'node:path'
import type { Model, ModelOptions } from '../api/models.ts'
import { LlmdError, toLlmdError } from '../errors.ts'
import type { GgufSummary, Inference, LocalModel } from '../inference/inference.ts'
import type { Log } from '../log.ts'
import type { ModelRow, ModelTable } from '../storage/model-table.ts'
import { findBuiltinModel, isBuiltinSource } from './builtin-models.ts'
import type { Catalog } from './catalog.ts'
import { describeCheck, describeModel } from './describe-model.ts'
import { checkOptions, fromStoredOptions, toStoredOptions } from './model-options.ts'

export interface CatalogOptions {
  table: ModelTable
  inference: Inference
  log: Log
  /** Where the models are that llmd carries. */
  assetsFolder: string
  now?: () => Date
}

/** A stored definition with its file resolved. */
interface Definition {
  row: ModelRow
  file: GgufSummary
}

/** Reads every definition once; from then on the table is only written to. */
export async function createCatalog(options: CatalogOptions): Promise<Catalog> {
  const { table, inference, log, assetsFolder, now = () => new Date() } = options
  const definitions = new Map<string, Definition>()
  for (const row of await table.all()) {
    const file = row.file ?? findBuiltinModel(row.source, assetsFolder)
    if (file) definitions.set(row.name, { row, file })
  }

  function get(name: string): Definition {
    const definition = definitions.get(name)
    if (definition) return definition
    throw unknownModel(name)
  }

  function refuseTaken(name: string): void {
    if (!definitions.has(name)) return
    throw new LlmdError('model_exists', `There is a model called ${name} already.`, {
      hint: 'Choose another name, or remove that model first.',
      param: 'name',
    })
  }

  async function resolve(source: string, signal: AbortSignal | undefined): Promise<GgufSummary> {
    const builtin = findBuiltinModel(source, assetsFolder)
    if (builtin) return builtin
    if (!isAbsolute(source)) {
      throw new LlmdError('invalid_request', `${JSON.stringify(source)} is not an absolute path.`, {
        hint: 'Give the full path of a GGUF file on the machine that the daemon runs on.',
        param: 'source',
      })
    }
    return inference.inspect(source, signal)
  }

  const present = ({ row, file }: Definition): Model => describeModel(row, file, inference.state(row.name))

  async function insert(row: ModelRow, file: GgufSummary): Promise<Model> {
    // The table decides between two that add the same name at the same time.
    await table.insert(row)
    const definition = { row, file }
    definitions.set(row.name, definition)
    return present(definition)
  }

  return {
    list: () => [...definitions.values()].map(present).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    get: (name) => present(get(name)),
    find(name) {
      const definition = definitions.get(name)
      return definition && toLocalModel(definition)
    },
    async add({ name, source, options: modelOptions = {} }, signal) {
      refuseTaken(name)
      checkOptions(modelOptions)
      const file = await resolve(source, signal)
      const row: ModelRow = {
        name,
        source,
        createdAt: now().toISOString(),
        options: toStoredOptions(modelOptions),
        file: isBuiltinSource(source) ? null : file,
      }
      return insert(row, file)
    },
    async edit(name, { options: change = {}, reset = [] }) {
      const previous = get(name)
      const { row, file } = previous
      const kept = Object.entries(fromStoredOptions(row.options)).filter(
        ([key]) => !reset.some((one) => one === key),
      )
      const chosen: ModelOptions = { ...Object.fromEntries(kept), ...change }
      checkOptions(chosen)
      const stored = toStoredOptions(chosen)
      // At once, so that an edit at the same time builds on this one.
      const definition = { row: { ...row, options: stored }, file }
      definitions.set(name, definition)
      try {
        if (!(await table.setOptions(name, stored))) throw unknownModel(name)
      } catch (error) {
        if (definitions.get(name) === definition) definitions.set(name, previous)
        throw error
      }
      return present(definition)
    },
    async copy(name, newName) {
      const { row, file } = get(name)
      refuseTaken(newName)
      return insert({ ...row, name: newName, createdAt: now().toISOString() }, file)
    },
    async remove(name) {
      const definition = get(name)
      // First, so that no request that comes meanwhile loads it again.
      definitions.delete(name)
      try {
        await inference.unload(name)
        await table.remove(name)
      } catch (error) {
        definitions.set(name, definition)
        throw error
      }
      return present(definition)
    },
    async load(name, signal) {
      const definition = get(name)
      await inference.load(toLocalModel(definition), signal)
      return present(definition)
    },
    async unload(name) {
      const definition = get(name)
      await inference.unload(name)
      return present(definition)
    },
    async check(name, signal) {
      return describeCheck(name, await inference.check(toLocalModel(get(name)), signal))
    },
    async preload() {
      for (const { row, file } of definitions.values()) {
        if (row.options.preload !== true) continue
        await inference.load(toLocalModel({ row, file })).catch((error: unknown) => {
          const { code, message } = toLlmdError(error)
          if (code === 'shutting_down') return
          log.error('a model could not be loaded at the start', { model: row.name, code, reason: message })
        })
      }
    },
  }
}

function toLocalModel({ row, file }: Definition): LocalModel {
  const { ttl, pinned, preload: _, ...options } = row.options
  const residency = { ...(ttl !== undefined && { ttl }), ...(pinned !== undefined && { pinned }) }
  return { name: row.name, path: file.path, options, residency, shape: file.shape }
}

function unknownModel(name: string): LlmdError {
  return new LlmdError('model_not_found', `There is no model called ${JSON.stringify(name)}.`, {
    hint: 'List the models there are with: llmd models list',
  })
}
