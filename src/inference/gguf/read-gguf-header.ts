import { createGgufCursor, type GgufCursor } from './gguf-cursor.ts'
import { damagedHint, invalidFile, quoted } from './invalid-file.ts'
import { readGgufCount, readGgufText, readGgufValue, type GgufValue } from './read-gguf-value.ts'

export interface GgufTensor {
  name: string
  /** The length of a row first. One to four, each above zero. */
  dimensions: readonly number[]
  /** Number of the ggml type. */
  type: number
  /** Bytes from the start of the data. */
  offset: number
}

/** What stands before the tensor data, well-formed, not yet checked for sense. */
export interface GgufHeader {
  metadata: ReadonlyMap<string, GgufValue>
  tensors: readonly GgufTensor[]
  /** Bytes up to the end of the tensor list. The data starts at the next multiple of the alignment. */
  bytes: number
}

/** What llmd reads at most. Real models stay far below. */
const headerLimits = {
  headerBytes: 256 * 2 ** 20,
  metadataValues: 65_536,
  tensors: 65_536,
  /** Bytes in a key: the limit that the GGUF specification sets. */
  keyBytes: 65_535,
  /** Bytes in a tensor's name: the engine reserves 64, one of them for the end. */
  tensorNameBytes: 63,
  dimensions: 4,
} as const

const smallestMetadataValue = 8 + 4 + 1
const smallestTensor = 8 + 4 + 8 + 4 + 8

/**
 * Reads the header of a GGUF, version 2 or 3, little-endian. Time and memory are bounded by the bytes that are
 * there, never by a number in the file: long arrays are passed over, and counts are checked before use.
 * @throws LlmdError `model_file_invalid`
 */
export function readGgufHeader({ fd, size }: { fd: number; size: number }): GgufHeader {
  const cursor = createGgufCursor({ fd, fileSize: size, headerLimit: headerLimits.headerBytes })
  checkMagic(cursor, size)
  checkVersion(cursor.u32())
  const tensorCount = readGgufCount(cursor, { what: 'tensors', bytesEach: smallestTensor })
  const valueCount = readGgufCount(cursor, { what: 'metadata values', bytesEach: smallestMetadataValue })
  checkCount(tensorCount, headerLimits.tensors, 'tensors')
  checkCount(valueCount, headerLimits.metadataValues, 'metadata values')
  const metadata = readMetadata(cursor, valueCount)
  const tensors = readTensors(cursor, tensorCount)
  return { metadata, tensors, bytes: cursor.position }
}

function checkMagic(cursor: GgufCursor, size: number): void {
  if (size === 0) throw invalidFile('is empty.')
  const start = cursor.text(Math.min(4, size))
  if (start === 'GGUF') return
  throw invalidFile(
    `is not a GGUF file: it starts with ${quoted(start)} instead of "GGUF".`,
    'llmd serves models in the GGUF format; a web page saved in place of a model is a common mistake.',
  )
}

function checkVersion(version: number): void {
  if (version === 2 || version === 3) return
  // Of a big-endian file the low half reads as zero.
  if (version % 0x10000 === 0 && version > 0) {
    throw invalidFile('is big-endian.', 'Convert it with gguf_convert_endian.py of llama.cpp.')
  }
  throw invalidFile(`has the GGUF version ${version}; llmd reads 2 and 3.`)
}

function checkCount(count: number, limit: number, what: string): void {
  if (count > limit) throw invalidFile(`has ${count} ${what}; the most llmd reads is ${limit}.`)
}

function readMetadata(cursor: GgufCursor, count: number): Map<string, GgufValue> {
  const metadata = new Map<string, GgufValue>()
  for (let index = 0; index < count; index += 1) {
    const key = readGgufText(cursor, { what: `metadata key ${index}`, limit: headerLimits.keyBytes })
    if (metadata.has(key)) throw invalidFile(`has the metadata key ${quoted(key)} twice.`, damagedHint)
    metadata.set(key, readGgufValue(cursor, key))
  }
  return metadata
}

function readTensors(cursor: GgufCursor, count: number): GgufTensor[] {
  const names = new Set<string>()
  const tensors: GgufTensor[] = []
  for (let index = 0; index < count; index += 1) {
    const tensor = readTensor(cursor, index)
    if (names.has(tensor.name)) throw invalidFile(`has the tensor ${quoted(tensor.name)} twice.`, damagedHint)
    names.add(tensor.name)
    tensors.push(tensor)
  }
  return tensors
}

function readTensor(cursor: GgufCursor, index: number): GgufTensor {
  const name = readGgufText(cursor, {
    what: `the name of tensor ${index}`,
    limit: headerLimits.tensorNameBytes,
  })
  const rank = cursor.u32()
  if (rank < 1 || rank > headerLimits.dimensions) {
    throw invalidFile(
      `gives the tensor ${quoted(name)} ${rank} dimensions; there can be 1 to 4.`,
      damagedHint,
    )
  }
  const dimensions = Array.from({ length: rank }, () =>
    readSafe(cursor, `a dimension of tensor ${quoted(name)}`),
  )
  const type = cursor.u32()
  return { name, dimensions, type, offset: readSafe(cursor, `the offset of tensor ${quoted(name)}`) }
}

function readSafe(cursor: GgufCursor, what: string): number {
  const value = cursor.u64()
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalidFile(`gives ${value} as ${what}.`, damagedHint)
  return Number(value)
}
