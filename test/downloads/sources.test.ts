import { describe, expect, it } from 'vitest'
import { chooseFiles } from '../../src/downloads/choose-files.ts'
import { defaultName } from '../../src/downloads/default-name.ts'
import { parseSource } from '../../src/downloads/parse-source.ts'
import { isSafePath } from '../../src/downloads/safe-path.ts'

const digest = 'AB'.repeat(32)

describe('a source', () => {
  it.each([
    ['hf:unsloth/Qwen3-8B-GGUF', { repo: 'unsloth/Qwen3-8B-GGUF' }, 'qwen3-8b'],
    ['hf:a/b:Q4_K_M', { repo: 'a/b', quantization: 'Q4_K_M' }, 'b:q4_k_m'],
    ['hf:a/b.c-GGUF/sub/x-Q6_K.gguf', { repo: 'a/b.c-GGUF', file: 'sub/x-Q6_K.gguf' }, 'x-q6_k'],
    ['hf:a/b/x-00001-of-00003.gguf', { file: 'x-00001-of-00003.gguf' }, 'x'],
    ['https://example.org/a/My%20Model.gguf?x=1', { sha256: undefined }, 'my-model'],
    [`https://example.org/m.GGUF#sha256=${digest}`, { sha256: digest.toLowerCase() }, 'm'],
  ])('%s is read and gives a name', (source, expected, name) => {
    const parsed = parseSource(source)
    expect(parsed).toMatchObject(expected)
    expect(defaultName(parsed)).toBe(name)
  })

  it.each([
    'hf:',
    'hf:gpt2',
    'hf:../b',
    'hf:a/..',
    'hf:a/b..c',
    'hf:a/b/../../x.gguf',
    'hf:a/b//x.gguf',
    'hf:a/b/.x.gguf',
    'hf:a/b/x.bin',
    'hf:a/b/x\n.gguf',
    'hf:a/b:Q4/x',
    'hf:a/b?x',
    'ftp://example.org/x.gguf',
    'https://example.org/',
    'https://example.org/x.bin',
    'https://example.org/..%2Fx.gguf',
    'https://example.org/%00x.gguf',
    'https://user:secret@example.org/x.gguf',
    'https://example.org/x.gguf#sha256=12',
    'https://example.org/x.gguf#main',
    '/models/x.gguf',
  ])('%j is refused', (source) => {
    expect(() => parseSource(source)).toThrow(
      expect.objectContaining({ code: 'invalid_request', message: expect.not.stringContaining('secret@') }),
    )
  })
})

const choose = (paths: string[], { quantization, file }: { quantization?: string; file?: string } = {}) =>
  chooseFiles(
    paths.map((path) => ({ path, size: 1, sha256: null })),
    { repo: 'a/b', quantization, file },
  ).map(({ path }) => path)

describe('the file that is meant', () => {
  const many = [
    'm-Q8_0.gguf',
    'm-Q4_K_M.gguf',
    'm-BF16.gguf',
    'm-UD-Q4_K_M.gguf',
    'm-IQ4_XS.gguf',
    'mmproj-F16.gguf',
  ]

  it.each([
    [many, {}, ['m-Q4_K_M.gguf']],
    [many, { quantization: 'q8_0' }, ['m-Q8_0.gguf']],
    [many, { quantization: 'ud-q4_k_m' }, ['m-UD-Q4_K_M.gguf']],
    [many, { quantization: 'bf16' }, ['m-BF16.gguf']],
    [many, { file: 'mmproj-F16.gguf' }, ['mmproj-F16.gguf']],
    [['m-Q8_0.gguf', 'm-Q6_K.gguf'], {}, ['m-Q6_K.gguf']],
    [['gpt-oss-20b-mxfp4.gguf'], {}, ['gpt-oss-20b-mxfp4.gguf']],
    [['odd-name.gguf', 'README.md'], {}, ['odd-name.gguf']],
    [['m.q4_0.gguf', 'm.q8_0.gguf'], {}, ['m.q4_0.gguf']],
    [
      ['Q8_0/m-Q8_0-00002-of-00002.gguf', 'Q8_0/m-Q8_0-00001-of-00002.gguf'],
      {},
      ['Q8_0/m-Q8_0-00001-of-00002.gguf', 'Q8_0/m-Q8_0-00002-of-00002.gguf'],
    ],
    [
      ['m-00001-of-00002.gguf', 'm-00002-of-00002.gguf', 'other.gguf'],
      { file: 'm-00002-of-00002.gguf' },
      ['m-00001-of-00002.gguf', 'm-00002-of-00002.gguf'],
    ],
  ])('of %j with %j is %j', (paths, wanted, chosen) => {
    expect(choose(paths, wanted)).toEqual(chosen)
  })

  it.each([
    [
      ['m-Q4_K_S.gguf', 'x-Q2_K.gguf'],
      { quantization: 'Q4_K' },
      /no model of the quantization Q4_K/,
      /Q4_K_S, Q2_K/,
    ],
    [many, { quantization: 'F16' }, /F16/, /Q8_0/],
    [['one.gguf', 'two.gguf'], {}, /several models/, /one\.gguf, two\.gguf/],
    [['mmproj-F16.gguf', 'imatrix.gguf', 'model.safetensors'], {}, /no GGUF model/, undefined],
    [many, { file: 'M-Q8_0.gguf' }, /M-Q8_0/, /Q8_0/],
    [['m-Q8_0-00001-of-00003.gguf', 'm-Q8_0-00003-of-00003.gguf'], {}, /split into 3 files/, undefined],
  ])('of %j with %j is refused', (paths, wanted, message, hint) => {
    expect(() => choose(paths, wanted)).toThrow(
      expect.objectContaining({
        code: 'source_not_found',
        message: expect.stringMatching(message),
        hint: hint && expect.stringMatching(hint),
      }),
    )
  })
})

it.each([
  ['a.gguf', true],
  ['sub/Modell für Äpfel.gguf', true],
  ['', false],
  ['/a', false],
  ['a//b', false],
  ['../a', false],
  ['a/..', false],
  ['a/./b', false],
  ['.a', false],
  ['a\\b', false],
  ['a\u0000', false],
  ['a\u202eb', false],
  [' a', false],
  ['c:a', false],
  ['a'.repeat(201), false],
  [Array.from({ length: 20 }, () => 'a'.repeat(60)).join('/'), false],
])('%j as a path is safe: %s', (path, safe) => {
  expect(isSafePath(path)).toBe(safe)
})
