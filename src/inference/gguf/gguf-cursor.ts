import { readSync } from 'node:fs'
import { damagedHint, invalidFile } from './invalid-file.ts'

const chunkBytes = 256 * 1024

/** Reads little-endian values one after another. Every method throws `model_file_invalid` at the end. */
export interface GgufCursor {
  /** Bytes from the start of the file. */
  readonly position: number
  /** Bytes that may still be read. */
  readonly remaining: number
  u8(): number
  i8(): number
  u16(): number
  i16(): number
  u32(): number
  i32(): number
  f32(): number
  u64(): bigint
  i64(): bigint
  f64(): number
  /** `length` bytes of UTF-8; wrong bytes become U+FFFD. */
  text(length: number): string
  skip(length: number): void
}

export interface GgufCursorOptions {
  fd: number
  /** Size of the file in bytes. */
  fileSize: number
  /** Bytes from the start of the file that may be read at most. */
  headerLimit: number
}

/** A cursor at the start of a file. It holds one chunk in memory, whatever the file says. */
export function createGgufCursor({ fd, fileSize, headerLimit }: GgufCursorOptions): GgufCursor {
  const end = Math.min(fileSize, headerLimit)
  const chunk = Buffer.alloc(chunkBytes)
  let chunkStart = 0
  let chunkEnd = 0
  let position = 0

  function fill(target: Buffer, from: number, least: number): number {
    let filled = 0
    while (filled < least) {
      const read = readSync(
        fd,
        target,
        filled,
        Math.min(target.length - filled, end - from - filled),
        from + filled,
      )
      if (read === 0) throw endOfFile(least)
      filled += read
    }
    return filled
  }

  function endOfFile(wanted: number): Error {
    if (end < fileSize)
      return invalidFile(`has a header of more than ${headerLimit} bytes, the most llmd reads.`)
    const left = end - position
    return invalidFile(
      `ends inside its header: ${wanted} bytes are wanted at byte ${position}, ${left} are left.`,
      damagedHint,
    )
  }

  function claim(length: number): void {
    if (length > end - position) throw endOfFile(length)
  }

  /** Passes over `length` bytes, at most a chunk, and tells where they lie in the chunk. */
  function take(length: number): number {
    claim(length)
    if (position < chunkStart || position + length > chunkEnd) {
      chunkEnd = position + fill(chunk, position, length)
      chunkStart = position
    }
    const at = position - chunkStart
    position += length
    return at
  }

  return {
    get position() {
      return position
    },
    get remaining() {
      return end - position
    },
    u8: () => chunk.readUInt8(take(1)),
    i8: () => chunk.readInt8(take(1)),
    u16: () => chunk.readUInt16LE(take(2)),
    i16: () => chunk.readInt16LE(take(2)),
    u32: () => chunk.readUInt32LE(take(4)),
    i32: () => chunk.readInt32LE(take(4)),
    f32: () => chunk.readFloatLE(take(4)),
    u64: () => chunk.readBigUInt64LE(take(8)),
    i64: () => chunk.readBigInt64LE(take(8)),
    f64: () => chunk.readDoubleLE(take(8)),
    text(length) {
      if (length <= chunkBytes) {
        const at = take(length)
        return chunk.toString('utf8', at, at + length)
      }
      claim(length)
      const bytes = Buffer.alloc(length)
      fill(bytes, position, length)
      position += length
      return bytes.toString('utf8')
    },
    skip(length) {
      claim(length)
      position += length
    },
  }
}
