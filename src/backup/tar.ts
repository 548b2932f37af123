/** Files in a tar are padded to whole blocks, and two empty ones end it. */
const blockBytes = 512
/** What eleven octal digits can say. */
const largestOctal = 0o77777777777

export interface TarEntry {
  name: string
  size: number
}

/** The header of one file, in the `ustar` format that every tar reads. */
export function tarHeader({ name, size }: TarEntry, modifiedAt: Date): Buffer {
  const header = Buffer.alloc(blockBytes)
  header.write(name, 0, 100)
  header.write('0000600\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  if (size <= largestOctal) header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  else {
    // GNU's way for more: a number in binary, marked by its first bit.
    header[124] = 0x80
    header.writeBigUInt64BE(BigInt(size), 128)
  }
  header.write(
    `${Math.floor(modifiedAt.getTime() / 1000)
      .toString(8)
      .padStart(11, '0')}\0`,
    136,
  )
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  header.write(`${checksum(header).toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

/** What fills up the last block of a file. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes)
}

export const tarEnd = Buffer.alloc(2 * blockBytes)

/** One file of a tar. */
export interface TarMember extends TarEntry {
  /** To be read to its end before the next member is asked for. */
  content: AsyncIterable<Uint8Array>
}

/**
 * The plain files of a tar, one after another.
 * @throws Error for what is no tar, or ends before its end
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarMember> {
  const input = createInput(source)
  for (;;) {
    const header = await input.take(blockBytes)
    if (header.every((byte) => byte === 0)) return
    const entry = parseHeader(header)
    yield { ...entry, content: input.upTo(entry.size) }
    await input.take(tarPadding(entry.size).length)
  }
}

function parseHeader(header: Buffer): TarEntry {
  const sum = Number.parseInt(header.toString('latin1', 148, 156), 8)
  if (sum !== checksum(header) || header.toString('latin1', 257, 262) !== 'ustar')
    throw new Error('it is no tar')
  const name = header.toString('utf8', 0, 100).replace(/\0.*$/s, '')
  const isBinary = (header[124]! & 0x80) !== 0
  const size = isBinary
    ? Number(header.readBigUInt64BE(128))
    : Number.parseInt(header.toString('latin1', 124, 136), 8)
  return { name, size }
}

/** The sum of all bytes, its own field counted as blanks. */
function checksum(header: Buffer): number {
  return header.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0)
}

function createInput(source: AsyncIterable<Uint8Array>) {
  const iterator = source[Symbol.asyncIterator]()
  let rest = Buffer.alloc(0)

  async function more(): Promise<void> {
    const { value, done } = await iterator.next()
    if (done) throw new Error('it ends too early')
    rest = Buffer.concat([rest, value])
  }

  async function take(bytes: number): Promise<Buffer> {
    while (rest.length < bytes) await more()
    const taken = rest.subarray(0, bytes)
    rest = rest.subarray(bytes)
    return taken
  }

  return {
    take,
    async *upTo(bytes: number): AsyncGenerator<Uint8Array> {
      for (let left = bytes; left > 0;) {
        if (rest.length === 0) await more()
        const piece = await take(Math.min(left, rest.length))
        left -= piece.length
        yield piece
      }
    },
  }
}
