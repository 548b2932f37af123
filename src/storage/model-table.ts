import { LlmdError } from '../errors.ts'
import type { Database } from './database.ts'
import type { Schema } from './schema.ts'

export type ModelRow = LocalModelRow | RemoteModelRow | RoutedModelRow

export interface LocalModelRow extends NamedRow {
  kind: 'local'
  source: string
  options: StoredModelOptions
  /** Null for a model that llmd carries: the file is part of the program. */
  file: StoredModelFile | null
}

/** Another name for a provider's model. */
export interface RemoteModelRow extends NamedRow {
  kind: 'remote'
  provider: string
  /** The provider's own id. */
  model: string
}

/** A name that stands for other names. */
export interface RoutedModelRow extends NamedRow {
  kind: 'routed'
  strategy: 'fallback' | 'balance'
  targets: StoredTarget[]
}

export interface StoredTarget {
  /** A name of any kind of model. */
  model: string
  weight: number
}

interface NamedRow {
  name: string
  createdAt: string
  description: string | null
  /** The class of price that it belongs to. */
  tier: string | null
  defaults: StoredModelDefaults
}

/** What holds of a request that does not say. */
export interface StoredModelDefaults {
  system?: string
  temperature?: number
  topP?: number
  params?: Record<string, unknown>
}

/** As `EngineOptions` and `ResidencyOptions` of the inference side, and whether it is loaded at the start. */
export interface StoredModelOptions {
  context?: number
  slots?: number
  threads?: number
  gpu?: 'auto' | 'cuda' | 'vulkan' | 'metal' | 'off'
  gpuLayers?: 'auto' | number
  kvType?: 'f32' | 'f16' | 'q8_0' | 'q4_0'
  flashAttention?: boolean
  lora?: { path: string; scale: number }[]
  ropeScaling?: { type: 'linear' | 'yarn'; factor: number; originalContext?: number }
  ttl?: number | null
  pinned?: boolean
  preload?: boolean
}

/** As `GgufSummary` of the inference side. */
interface StoredModelFile {
  path: string
  sizeBytes: number
  architecture: string
  title: string | null
  quantization: string
  parameters: number
  trainedContext: number
  shape: StoredModelShape
}

interface StoredModelShape {
  trainedContext: number
  cacheWidth: number
  slidingCacheWidth: number
  slidingWindow: number
  embeddingLength: number
  heads: number
  vocabulary: number
}

export interface ModelTable {
  /** By name. */
  all(): Promise<ModelRow[]>
  /** @throws LlmdError `model_exists` */
  insert(row: ModelRow): Promise<void>
  /** Replaces what stands under the row's name; false when there was nothing. */
  update(row: ModelRow): Promise<boolean>
  /** False when there was none. */
  remove(name: string): Promise<boolean>
}

export function createModelTable({ kysely }: Database): ModelTable {
  return {
    async all() {
      const rows = await kysely.selectFrom('models').selectAll().orderBy('name').execute()
      return rows.map(toModelRow)
    },
    async insert(row) {
      const result = await kysely
        .insertInto('models')
        .values(toColumns(row))
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirstOrThrow()
      if (result.numInsertedOrUpdatedRows === 0n) {
        throw new LlmdError('model_exists', `There is a model called ${row.name} already.`, {
          hint: 'Choose another name, or remove that model first.',
          param: 'name',
        })
      }
    },
    async update(row) {
      const result = await kysely
        .updateTable('models')
        .set(toColumns(row))
        .where('name', '=', row.name)
        .executeTakeFirstOrThrow()
      return result.numUpdatedRows > 0n
    },
    async remove(name) {
      const result = await kysely.deleteFrom('models').where('name', '=', name).executeTakeFirstOrThrow()
      return result.numDeletedRows > 0n
    },
  }
}

function toModelRow(columns: Schema['models']): ModelRow {
  const { name, created_at, description, tier, defaults, kind, source, options, file, route } = columns
  const named = { name, createdAt: created_at, description, tier, defaults: JSON.parse(defaults) }
  if (kind === 'local') {
    return { ...named, kind, source, options: JSON.parse(options), file: JSON.parse(file) }
  }
  return { ...named, kind, ...JSON.parse(route ?? '{}') }
}

function toColumns({ name, createdAt, description, tier, defaults, ...row }: ModelRow): Schema['models'] {
  const named = { name, created_at: createdAt, description, tier, defaults: JSON.stringify(defaults) }
  if (row.kind === 'local') {
    const { kind, source, options, file } = row
    return {
      ...named,
      kind,
      source,
      options: JSON.stringify(options),
      file: JSON.stringify(file),
      route: null,
    }
  }
  const { kind, ...route } = row
  return { ...named, kind, source: '', options: '{}', file: 'null', route: JSON.stringify(route) }
}
