import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readModelFile } from '../../../src/inference/gguf/read-model-file.ts'
import { errorCode } from '../../fixtures/error-code.ts'
import { denseTensor } from '../../fixtures/gguf/dense-tensor.ts'
import { malformedFiles, wellFormedButUnservable } from '../../fixtures/gguf/malformed-files.ts'
import { array, string, strings, u32, type MetadataValue } from '../../fixtures/gguf/metadata-value.ts'
import { writeGguf } from '../../fixtures/gguf/write-gguf.ts'
import { writeRandomModel } from '../../fixtures/gguf/write-random-model.ts'
import { writeScriptedModel } from '../../fixtures/gguf/write-scripted-model.ts'

let folder: string
let path: string
let scripted: Buffer

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmd-gguf-'))
  path = join(folder, 'model.gguf')
  writeScriptedModel(path)
  scripted = readFileSync(path)
})

afterAll(() => rmSync(folder, { recursive: true }))

test('summarises the demo model', () => {
  const demo = join(import.meta.dirname, '../../../assets/llmd-demo.gguf')
  expect(readModelFile(demo)).toEqual({
    path: demo,
    sizeBytes: statSync(demo).size,
    architecture: 'llama',
    title: 'llmd demo',
    quantization: 'Q8_0',
    parameters: 4_459_776,
    trainedContext: 4096,
    shape: {
      trainedContext: 4096,
      cacheWidth: 3072,
      slidingCacheWidth: 0,
      slidingWindow: 0,
      embeddingLength: 256,
      heads: 4,
      vocabulary: 2048,
    },
  })
})

test.for(['F32', 'F16'] as const)('summarises the scripted model in %s', (type) => {
  writeScriptedModel(path, { type })
  expect(readModelFile(path)).toMatchObject({
    architecture: 'llama',
    title: 'llmd scripted test model',
    quantization: type,
    trainedContext: 4096,
  })
})

test.for(['Q8_0', 'Q4_0'] as const)(
  'summarises a random model in %s, the same for the same seed',
  (quantization) => {
    writeRandomModel(path, { parameters: '0.01B', quantization })
    const first = readFileSync(path)
    expect(readModelFile(path)).toMatchObject({ quantization, parameters: 11_602_176, trainedContext: 8192 })
    writeRandomModel(path, { parameters: '0.01B', quantization })
    expect(readFileSync(path).equals(first)).toBe(true)
  },
)

test.for(malformedFiles)('refuses a malformed file: $name', (file) => {
  writeFileSync(path, file.make(scripted))
  const expected = wellFormedButUnservable.has(file.name) ? null : 'model_file_invalid'
  expect(errorCode(() => readModelFile(path))).toBe(expected)
})

test('whatever is changed in a header, the model is read or refused in words', () => {
  const header = scripted.subarray(0, scripted.indexOf('blk.0.ffn_down.weight') + 64)
  const byte = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255))
  const changes = fc.array(fc.tuple(fc.nat(header.length - 1), byte), { minLength: 1, maxLength: 10 })
  const sizes = fc.oneof({ weight: 9, arbitrary: fc.constant(scripted.length) }, fc.nat(scripted.length))
  fc.assert(
    fc.property(changes, sizes, (edits, size) => {
      const file = Buffer.from(header)
      for (const [at, value] of edits) file[at] = value
      writeFileSync(path, file)
      truncateSync(path, size)
      expect(errorCode(() => readModelFile(path))).toBeOneOf([null, 'model_file_invalid'])
    }),
    { numRuns: 1000 },
  )
})

test('says where to look for what is not there, and refuses what is no file', () => {
  mkdirSync(join(folder, 'folder'))
  execFileSync('/usr/bin/mkfifo', [join(folder, 'pipe')])
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'))
  expect(errorCode(() => readModelFile(join(folder, 'none.gguf')))).toBe('model_file_not_found')
  expect(errorCode(() => readModelFile(join(folder, 'dangling')))).toBe('model_file_not_found')
  expect(errorCode(() => readModelFile(join(folder, 'folder')))).toBe('model_file_invalid')
  expect(errorCode(() => readModelFile(join(folder, 'pipe')))).toBe('model_file_invalid')
})

test('takes the first part of a split model, although blocks are missing', () => {
  writeModel({ 'tiny.block_count': u32(8), 'split.count': u32(3), 'split.no': u32(0) })
  expect(readModelFile(path).parameters).toBe(24)
  writeModel({ 'split.count': u32(3), 'split.no': u32(2) })
  expect(() => readModelFile(path)).toThrow('part 3 of 3')
})

test('takes blocks without attention, and head counts of their own for each block', () => {
  writeModel({ 'tiny.attention.head_count': u32(0) }, ['token_embd.weight', 'blk.0.ssm_in.weight'])
  expect(readModelFile(path).parameters).toBe(16)
  writeModel({ 'tiny.attention.head_count_kv': array([u32(0), u32(2)]) })
  expect(readModelFile(path).parameters).toBe(24)
  writeModel({ 'tiny.attention.head_count_kv': array([u32(0), u32(0)]) })
  expect(() => readModelFile(path)).toThrow('0 attention heads')
})

test('takes a model without the blocks that predict further tokens', () => {
  writeModel({ 'tiny.block_count': u32(3) })
  expect(() => readModelFile(path)).toThrow('says that it has 3 blocks, but has the tensors of 2')
  writeModel({ 'tiny.block_count': u32(3), 'tiny.nextn_predict_layers': u32(1) })
  expect(readModelFile(path).parameters).toBe(24)
})

test('names the commonest tensor type where the file type is unknown', () => {
  writeModel({ 'general.file_type': u32(999) })
  expect(readModelFile(path)).toMatchObject({ quantization: 'F32', title: null })
})

const blockTensors = ['token_embd.weight', 'blk.0.attn_q.weight', 'blk.1.attn_q.weight']

/** A file with all that is checked, in two blocks unless `names` says otherwise. */
function writeModel(metadata: Record<string, MetadataValue>, names: readonly string[] = blockTensors): void {
  writeGguf(path, {
    metadata: {
      'general.architecture': string('tiny'),
      'tiny.context_length': u32(128),
      'tiny.embedding_length': u32(4),
      'tiny.block_count': u32(names.length - 1),
      'tokenizer.ggml.tokens': strings(['a', 'b']),
      ...metadata,
    },
    tensors: names.map((name) => denseTensor(name, [4, 2])),
  })
}
