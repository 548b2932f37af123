import { describe, expect, it } from 'vitest'
import { readSource } from '../../src/catalog/read-source.ts'

const read = (source: string) => readSource(source, (name) => name === 'openrouter')

describe('a source', () => {
  it.each([
    ['/models/a.gguf', { kind: 'file', path: '/models/a.gguf' }],
    ['openrouter/gpt-5', { kind: 'remote', provider: 'openrouter', model: 'gpt-5' }],
    ['openrouter/meta/llama:free', { kind: 'remote', provider: 'openrouter', model: 'meta/llama:free' }],
  ])('%s is read', (source, found) => expect(read(source)).toEqual(found))

  it.each([
    ['a.gguf', '"a.gguf" is not an absolute path.'],
    ['models/a.gguf', 'there is no provider called "models"'],
    ['builtin:other', 'not an absolute path.'],
    ['openrouter/', 'not an absolute path'],
    ['openrouter/a b', 'no id of a model'],
    ['openrouter/a\u0007', 'no id of a model'],
  ])('%s is refused', (source, message) => {
    expect(() => read(source)).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        param: 'source',
        message: expect.stringContaining(message),
      }),
    )
  })
})
