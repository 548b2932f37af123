import { isAbsolute } from 'node:path'
import type { Model, ModelEngine, ModelOptions } from '../api/models.ts'
import { LlmdError } from '../errors.ts'
import type {
  EngineOptions,
  EngineStatus,
  GgufSummary,
  Inference,
  LocalModel,
} from '../inference/inference.ts'
import type { ModelRow, ModelTable } from '../storage/model-table.ts'
import { findBuiltinModel, isBuiltinSource } from './builtin-models.ts'
import type { Catalog } from './catalog.ts'

export interface CatalogOptions {
  table: ModelTable
  inference: Inference
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
  const { table, inference, assetsFolder, now = () => new Date() } = options
  const definitions = new Map<string, Definition>()
  for (const row of await table.all()) {
    const file = row.file ?? findBuiltinModel(row.source, assetsFolder)
    if (file) definitions.set(row.name, { row, file })
  }

  function get(name: string): Definition {
    const definition = definitions.get(name)
    if (definition) return definition
    throw new LlmdError('model_not_found', `There is no model called ${JSON.stringify(name)}.`, {
      hint: 'List the models there are with: llmd models list',
    })
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

  const present = (definition: Definition): Model => describe(definition, inference)

  return {
    list: () => [...definitions.values()].map(present).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    get: (name) => present(get(name)),
    find(name) {
      const definition = definitions.get(name)
      return definition && toLocalModel(definition)
    },
    async add({ name, source, options: modelOptions = {} }, signal) {
      refuseTaken(name)
      const file = await resolve(source, signal)
      const row: ModelRow = {
        name,
        source,
        createdAt: now().toISOString(),
        options: toEngineOptions(modelOptions),
        file: isBuiltinSource(source) ? null : file,
      }
      // The table decides between two that add the same name at the same time.
      await table.insert(row)
      const definition = { row, file }
      definitions.set(name, definition)
      return present(definition)
    },
    async remove(name) {
      const definition = get(name)
      await inference.unload(name)
      definitions.delete(name)
      await table.remove(name)
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
  }
}

function toLocalModel({ row, file }: Definition): LocalModel {
  return { name: row.name, path: file.path, options: row.options }
}

function toEngineOptions({ gpu_layers, ...rest }: ModelOptions): EngineOptions {
  return { ...rest, ...(gpu_layers !== undefined && { gpuLayers: gpu_layers }) }
}

function describe({ row, file }: Definition, inference: Inference): Model {
  const { gpuLayers, ...rest } = row.options
  const status = inference.state(row.name)
  return {
    name: row.name,
    source: row.source,
    created_at: row.createdAt,
    options: { ...rest, ...(gpuLayers !== undefined && { gpu_layers: gpuLayers }) },
    file: {
      path: file.path,
      size_bytes: file.sizeBytes,
      architecture: file.architecture,
      title: file.title,
      quantization: file.quantization,
      parameters: file.parameters,
      trained_context: file.trainedContext,
    },
    state: status.state,
    engine: status.state === 'ready' ? describeEngine(status.engine) : null,
  }
}

function describeEngine(engine: EngineStatus): ModelEngine {
  return {
    pid: engine.pid,
    loaded_at: engine.loadedAt.toISOString(),
    context: engine.context,
    slots: engine.slots,
    slots_busy: engine.slotsBusy,
    queued: engine.queued,
    memory_bytes: engine.memoryBytes,
    gpu: engine.gpu,
    tokens_per_second: engine.tokensPerSecond,
  }
}
