import { LlmdError } from '../errors.ts'
import type { Database } from './database.ts'

export interface ModelRow {
  name: string
  source: string
  createdAt: string
  options: StoredModelOptions
  /** Null for a model that llmd carries: the file is part of the program. */
  file: StoredModelFile | null
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
  /** False when there was none. */
  setOptions(name: string, options: StoredModelOptions): Promise<boolean>
  /** False when there was none. */
  remove(name: string): Promise<boolean>
}

export function createModelTable({ kysely }: Database): ModelTable {
  return {
    async all() {
      const rows = await kysely.selectFrom('models').selectAll().orderBy('name').execute()
      return rows.map((row) => ({
        name: row.name,
        source: row.source,
        createdAt: row.created_at,
        options: JSON.parse(row.options),
        file: JSON.parse(row.file),
      }))
    },
    async insert({ name, source, createdAt, options, file }) {
      const result = await kysely
        .insertInto('models')
        .values({
          name,
          source,
          created_at: createdAt,
          options: JSON.stringify(options),
          file: JSON.stringify(file),
        })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirstOrThrow()
      if (result.numInsertedOrUpdatedRows === 0n) {
        throw new LlmdError('model_exists', `There is a model called ${name} already.`, {
          hint: 'Choose another name, or remove that model first.',
          param: 'name',
        })
      }
    },
    async setOptions(name, options) {
      const result = await kysely
        .updateTable('models')
        .set({ options: JSON.stringify(options) })
        .where('name', '=', name)
        .executeTakeFirstOrThrow()
      return result.numUpdatedRows > 0n
    },
    async remove(name) {
      const result = await kysely.deleteFrom('models').where('name', '=', name).executeTakeFirstOrThrow()
      return result.numDeletedRows > 0n
    },
  }
}
