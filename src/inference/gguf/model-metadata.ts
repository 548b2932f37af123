import { damagedHint, invalidFile, quoted } from './invalid-file.ts'
import type { GgufValue } from './read-gguf-value.ts'

/** The metadata that any model has, checked. */
export interface ModelMetadata {
  architecture: string
  title: string | null
  fileType: number | null
  /** Bytes, a power of two: the data and each tensor start at a multiple of it. */
  alignment: number
  contextLength: number
  embeddingLength: number
  blockCount: number
  /** Of `blockCount`, how many only predict further tokens; some files leave them out. */
  predictionBlocks: number
  /** One for all blocks or one for each; null where the file does not say. */
  headCounts: readonly number[] | null
  keyValueHeadCounts: readonly number[] | null
  /** Files that the model is split into; this is the first. */
  shards: number
}

const defaultAlignment = 32
const longestTitle = 200

/** @throws LlmdError `model_file_invalid` where a value is missing or makes no sense */
export function readModelMetadata(metadata: ReadonlyMap<string, GgufValue>): ModelMetadata {
  checkKind(metadata)
  const shards = readShards(metadata)
  const architecture = readArchitecture(metadata)
  const contextLength = positive(metadata, `${architecture}.context_length`)
  const embeddingLength = positive(metadata, `${architecture}.embedding_length`)
  const blockCount = positive(metadata, `${architecture}.block_count`)
  checkTokens(metadata)
  return {
    architecture,
    title: readTitle(metadata),
    fileType: optionalInteger(metadata, 'general.file_type'),
    alignment: readAlignment(metadata),
    contextLength,
    embeddingLength,
    blockCount,
    predictionBlocks: optionalInteger(metadata, `${architecture}.nextn_predict_layers`) ?? 0,
    headCounts: readCounts(metadata, `${architecture}.attention.head_count`),
    keyValueHeadCounts: readCounts(metadata, `${architecture}.attention.head_count_kv`),
    shards,
  }
}

/** Adapters, image projectors and calibration data are GGUF files too. */
function checkKind(metadata: ReadonlyMap<string, GgufValue>): void {
  const kind = metadata.get('general.type')
  if (kind === undefined || kind === 'model') return
  throw invalidFile(`is of the type ${describe(kind)}, not a model of its own.`)
}

function readShards(metadata: ReadonlyMap<string, GgufValue>): number {
  const shards = optionalInteger(metadata, 'split.count') ?? 1
  const shard = optionalInteger(metadata, 'split.no') ?? 0
  if (shard === 0) return Math.max(shards, 1)
  throw invalidFile(
    `is part ${shard + 1} of ${shards}.`,
    'Give the first part; the others are found beside it.',
  )
}

function readArchitecture(metadata: ReadonlyMap<string, GgufValue>): string {
  const architecture = metadata.get('general.architecture')
  if (typeof architecture === 'string' && /^[a-z0-9][a-z0-9._-]{0,63}$/i.test(architecture))
    return architecture
  throw invalidFile(`does not name its architecture: "general.architecture" is ${describe(architecture)}.`)
}

function readTitle(metadata: ReadonlyMap<string, GgufValue>): string | null {
  const title = metadata.get('general.name')
  return typeof title === 'string' ? title.trim().slice(0, longestTitle) || null : null
}

function readAlignment(metadata: ReadonlyMap<string, GgufValue>): number {
  const value = metadata.get('general.alignment')
  if (value === undefined) return defaultAlignment
  const alignment = toInteger(value)
  if (alignment !== undefined && alignment > 0 && Number.isInteger(Math.log2(alignment))) return alignment
  throw invalidFile(`has the alignment ${describe(value)}, which is not a power of two.`, damagedHint)
}

function checkTokens(metadata: ReadonlyMap<string, GgufValue>): void {
  const tokens = metadata.get('tokenizer.ggml.tokens')
  if (typeof tokens === 'object' && tokens.length > 0) return
  throw invalidFile('has no vocabulary: "tokenizer.ggml.tokens" is missing or empty.')
}

function readCounts(metadata: ReadonlyMap<string, GgufValue>, key: string): number[] | null {
  const value = metadata.get(key)
  if (value === undefined) return null
  const given = typeof value === 'object' ? (value.values ?? []) : [value]
  const counts = given.map((count) => toInteger(count) ?? -1)
  if (counts.length > 0 && counts.every((count) => count >= 0)) return counts
  throw invalidFile(`gives ${describe(value)} as ${quoted(key)}.`, damagedHint)
}

function positive(metadata: ReadonlyMap<string, GgufValue>, key: string): number {
  const value = metadata.get(key)
  const number = toInteger(value)
  if (number !== undefined && number > 0) return number
  if (value === undefined) throw invalidFile(`does not say ${quoted(key)}.`)
  throw invalidFile(`gives ${describe(value)} as ${quoted(key)}; it must be above 0.`, damagedHint)
}

function optionalInteger(metadata: ReadonlyMap<string, GgufValue>, key: string): number | null {
  return toInteger(metadata.get(key)) ?? null
}

export function toInteger(value: GgufValue | undefined): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : undefined
}

function describe(value: GgufValue | undefined): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'string') return quoted(value)
  return typeof value === 'object' ? `an array of ${value.length}` : String(value)
}
