import type { GgufCursor } from './gguf-cursor.ts'
import { damagedHint, invalidFile, quoted } from './invalid-file.ts'

type GgufScalar = number | bigint | boolean | string

interface GgufArray {
  length: number
  /** The elements, where they are numbers or booleans and few; null otherwise: they are passed over. */
  values: readonly GgufScalar[] | null
}

export type GgufValue = GgufScalar | GgufArray

/** Longest string that is kept, in bytes. Tokenizers in JSON are the longest met in real files. */
const longestText = 32 * 2 ** 20

/** Longest array of numbers that is kept: one for each block of a model, with room to spare. */
const longestKeptArray = 4096

const stringType = 8
const arrayType = 9

interface NumberType {
  bytes: number
  read(cursor: GgufCursor): GgufScalar
}

const numberTypes: ReadonlyMap<number, NumberType> = new Map<number, NumberType>([
  [0, { bytes: 1, read: (cursor) => cursor.u8() }],
  [1, { bytes: 1, read: (cursor) => cursor.i8() }],
  [2, { bytes: 2, read: (cursor) => cursor.u16() }],
  [3, { bytes: 2, read: (cursor) => cursor.i16() }],
  [4, { bytes: 4, read: (cursor) => cursor.u32() }],
  [5, { bytes: 4, read: (cursor) => cursor.i32() }],
  [6, { bytes: 4, read: (cursor) => cursor.f32() }],
  [7, { bytes: 1, read: (cursor) => cursor.u8() !== 0 }],
  [10, { bytes: 8, read: (cursor) => cursor.u64() }],
  [11, { bytes: 8, read: (cursor) => cursor.i64() }],
  [12, { bytes: 8, read: (cursor) => cursor.f64() }],
])

/** The value that follows `key`, its type first. @throws LlmdError `model_file_invalid` */
export function readGgufValue(cursor: GgufCursor, key: string): GgufValue {
  const type = cursor.u32()
  if (type === stringType)
    return readGgufText(cursor, { what: `the value of ${quoted(key)}`, limit: longestText })
  if (type === arrayType) return readArray(cursor, key)
  return numberType(type, key).read(cursor)
}

/** A string with its length before it. */
export function readGgufText(cursor: GgufCursor, { what, limit }: { what: string; limit: number }): string {
  const length = readGgufCount(cursor, { what: `bytes in ${what}`, bytesEach: 1 })
  if (length > limit) throw invalidFile(`has ${length} bytes in ${what}; the most llmd reads is ${limit}.`)
  return cursor.text(length)
}

/**
 * A number of things that follow, each at least `bytesEach` bytes long. One that the rest of the file has no
 * room for is refused here, so that nothing is ever allocated or repeated for it.
 */
export function readGgufCount(
  cursor: GgufCursor,
  { what, bytesEach }: { what: string; bytesEach: number },
): number {
  const at = cursor.position
  const count = cursor.u64()
  if (count > BigInt(Math.floor(cursor.remaining / bytesEach))) {
    throw invalidFile(
      `announces ${count} ${what} at byte ${at}; at most ${cursor.remaining} bytes can follow.`,
      damagedHint,
    )
  }
  return Number(count)
}

function readArray(cursor: GgufCursor, key: string): GgufArray {
  const type = cursor.u32()
  const what = `elements in ${quoted(key)}`
  if (type === arrayType) throw invalidFile(`has an array of arrays in ${quoted(key)}, which no model needs.`)
  if (type === stringType) {
    const length = readGgufCount(cursor, { what, bytesEach: 8 })
    const each = { what: `bytes in one of the ${what}`, bytesEach: 1 }
    for (let index = 0; index < length; index += 1) cursor.skip(readGgufCount(cursor, each))
    return { length, values: null }
  }
  const element = numberType(type, key)
  const length = readGgufCount(cursor, { what, bytesEach: element.bytes })
  if (length > longestKeptArray) {
    cursor.skip(length * element.bytes)
    return { length, values: null }
  }
  return { length, values: Array.from({ length }, () => element.read(cursor)) }
}

function numberType(type: number, key: string): NumberType {
  const known = numberTypes.get(type)
  if (!known) throw invalidFile(`has a value of the unknown type ${type} in ${quoted(key)}.`, damagedHint)
  return known
}
