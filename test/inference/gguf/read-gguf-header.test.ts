import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readGgufHeader, type GgufHeader } from '../../../src/inference/gguf/read-gguf-header.ts'
import { errorCode } from '../../fixtures/error-code.ts'
import { denseTensor } from '../../fixtures/gguf/dense-tensor.ts'
import * as value from '../../fixtures/gguf/metadata-value.ts'
import { randomTensor } from '../../fixtures/gguf/random-tensor.ts'
import { writeGguf } from '../../fixtures/gguf/write-gguf.ts'

let folder: string
let path: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmd-gguf-'))
  path = join(folder, 'file.gguf')
})

afterAll(() => rmSync(folder, { recursive: true }))

test('reads what the writer wrote', () => {
  writeGguf(path, {
    metadata: {
      'general.architecture': value.string('llama'),
      u32: value.u32(4_294_967_295),
      i32: value.i32(-7),
      f32: value.f32(0.5),
      bool: value.bool(true),
      u64: value.u64(2n ** 63n),
      text: value.string('Un café ☕\n'),
      words: value.strings(['one', 'two', '']),
      numbers: value.array([1, -2, 3].map((number) => value.i32(number))),
      many: value.array(Array.from({ length: 5000 }, (_, index) => value.u32(index))),
      after: value.u32(1),
    },
    tensors: [
      denseTensor('full', [3]),
      denseTensor('half', [5, 2], { type: 'F16' }),
      randomTensor('eight', [32, 3], { type: 'Q8_0', magnitude: 1, seed: 1 }),
      randomTensor('four', [64, 2, 2], { type: 'Q4_0', magnitude: 1, seed: 1 }),
    ],
  })

  const header = readFile()

  expect(Object.fromEntries(header.metadata)).toEqual({
    'general.architecture': 'llama',
    u32: 4_294_967_295,
    i32: -7,
    f32: 0.5,
    bool: true,
    u64: 2n ** 63n,
    text: 'Un café ☕\n',
    words: { length: 3, values: null },
    numbers: { length: 3, values: [1, -2, 3] },
    many: { length: 5000, values: null },
    after: 1,
  })
  expect(header.tensors).toEqual([
    { name: 'full', dimensions: [3], type: 0, offset: 0 },
    { name: 'half', dimensions: [5, 2], type: 1, offset: 32 },
    { name: 'eight', dimensions: [32, 3], type: 8, offset: 64 },
    { name: 'four', dimensions: [64, 2, 2], type: 2, offset: 192 },
  ])
})

test('reads any text, also across the chunks in which the file is read', () => {
  const metadata = fc.dictionary(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary', maxLength: 2000 }),
  )
  fc.assert(
    fc.property(metadata, fc.nat(600_000), (texts, length) => {
      const all = { ...texts, 'long text': 'é'.repeat(length) }
      const values = Object.entries(all).map(([key, text]) => [key, value.string(text)] as const)
      writeGguf(path, { metadata: Object.fromEntries(values), tensors: [] })
      expect(new Map(readFile().metadata)).toEqual(new Map(Object.entries(all)))
    }),
    { numRuns: 30 },
  )
})

test('reads version 2', () => {
  writeGguf(path, { metadata: { a: value.u32(1) }, tensors: [] })
  expect(readBytes(withVersion(readFileSync(path), 2)).metadata.get('a')).toBe(1)
})

test('whatever the bytes, it reads them or says that the file is invalid', () => {
  const start = fc.constantFrom(Buffer.alloc(0), Buffer.from('GGUF'), headerStart(1, 1), headerStart(0, 3))
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 400 }), (before, after) => {
      const file = Buffer.concat([before, after])
      expect(errorCode(() => readBytes(file))).toBeOneOf([null, 'model_file_invalid'])
    }),
    { numRuns: 2000 },
  )
})

test('passes over an array of many strings', () => {
  const count = 100_000
  const array = Buffer.concat([value.u32(9).bytes, value.u32(8).bytes, value.u64(count).bytes])
  const bytes = Buffer.concat([headerStart(0, 1), value.string('words').bytes, array])
  // The rest of the file is a hole, which reads as strings of length zero.
  const header = readBytes(bytes, bytes.length + count * 8)
  expect(header.metadata.get('words')).toEqual({ length: count, values: null })
  expect(header.bytes).toBe(bytes.length + count * 8)
})

test('refuses a header that is larger than any model needs', () => {
  const limit = 256 * 2 ** 20
  const array = Buffer.concat([value.u32(9).bytes, value.u32(4).bytes, value.u64((limit - 64) / 4).bytes])
  const bytes = Buffer.concat([headerStart(0, 2), value.string('numbers').bytes, array])
  expect(() => readBytes(bytes, limit * 4)).toThrow(/has a header of more than 268435456 bytes/)
})

test('refuses a long name and a long text', () => {
  const long = Buffer.concat([headerStart(1, 0), value.string('x'.repeat(64)).bytes])
  expect(() => readBytes(long, 4096)).toThrow(/64 bytes in the name of tensor 0; the most llmd reads is 63/)
  const text = Buffer.concat([
    headerStart(0, 1),
    value.string('k').bytes,
    value.u32(8).bytes,
    value.u64(40e6).bytes,
  ])
  expect(() => readBytes(text, 50e6)).toThrow(/40000000 bytes in the value of "k"/)
})

function headerStart(tensors: number, values: number): Buffer {
  return Buffer.concat([
    Buffer.from('GGUF'),
    value.u32(3).bytes,
    value.u64(tensors).bytes,
    value.u64(values).bytes,
  ])
}

function withVersion(bytes: Buffer, version: number): Buffer {
  bytes.writeUInt32LE(version, 4)
  return bytes
}

function readFile(): GgufHeader {
  return readBytes(readFileSync(path))
}

/** Reads a file of these bytes, and of zeros up to `size`. */
function readBytes(bytes: Buffer, size = bytes.length): GgufHeader {
  const fd = openSync(path, 'w+')
  try {
    writeSync(fd, bytes)
    ftruncateSync(fd, size)
    return readGgufHeader({ fd, size })
  } finally {
    closeSync(fd)
  }
}
