import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTar, tarEnd, tarHeader, tarPadding } from '../../src/backup/tar.ts'
import { temporaryFolder } from '../temporary-folder.ts'

interface File {
  name: string
  bytes: Uint8Array
}

const date = new Date('2026-01-31T12:00:00Z')

function pack(files: File[]): Buffer {
  return Buffer.concat([
    ...files.flatMap(({ name, bytes }) => [
      tarHeader({ name, size: bytes.length }, date),
      bytes,
      tarPadding(bytes.length),
    ]),
    tarEnd,
  ])
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function unpack(source: AsyncIterable<Uint8Array>): Promise<File[]> {
  const files: File[] = []
  for await (const { name, content } of readTar(source)) {
    files.push({ name, bytes: new Uint8Array(Buffer.concat(await Array.fromAsync(content))) })
  }
  return files
}

const names = fc.stringMatching(/^[a-z]{1,20}\.db$/)
const contents = fc.uint8Array({ maxLength: 3000 })

test('what was packed is unpacked, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ name: names, bytes: contents }), { maxLength: 4 }),
      fc.integer({ min: 1, max: 2000 }),
      async (files, size) => {
        expect(await unpack(inPieces(pack(files), size))).toEqual(files)
      },
    ),
    { numRuns: 50 },
  )
})

test('what is cut off is never taken for whole', async () => {
  const whole = pack([{ name: 'a.db', bytes: new Uint8Array(1500) }])
  for (let length = 0; length < whole.length - 512; length += 100) {
    await expect(unpack(inPieces(whole.subarray(0, length), 300))).rejects.toThrow('it ends too early')
  }
})

test('what is no tar is refused', async () => {
  await expect(unpack(inPieces(Buffer.alloc(2000, 'x'), 500))).rejects.toThrow('it is no tar')
})

test('sizes beyond what octal digits can say are told', () => {
  const header = tarHeader({ name: 'big.db', size: 2 ** 40 + 1 }, date)
  expect(header.readBigUInt64BE(128)).toBe(2n ** 40n + 1n)
})

test('other programs read it', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'one.tar')
  writeFileSync(file, pack([{ name: 'a.txt', bytes: Buffer.from('hello') }]))
  const { stdout } = spawnSync('tar', ['-xOf', file, 'a.txt'], { encoding: 'utf8' })
  expect(stdout).toBe('hello')
})
