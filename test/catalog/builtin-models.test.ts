import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { findBuiltinModel } from '../../src/catalog/builtin-models.ts'
import { readModelFile } from '../../src/inference/gguf/read-model-file.ts'

const assetsFolder = fileURLToPath(new URL('../../assets/', import.meta.url))

test('the model that llmd carries is as its file says', () => {
  const found = findBuiltinModel('builtin:llmd-demo', assetsFolder)
  expect(found).toEqual(readModelFile(found?.path ?? ''))
})

test.each(['builtin:other', 'builtin:constructor', '/llmd-demo'])('%s is no such model', (source) => {
  expect(findBuiltinModel(source, assetsFolder)).toBeUndefined()
})
