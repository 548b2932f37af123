import { expect, test } from 'vitest'
import { chooseTrialModels } from '../../src/providers/choose-trial-models.ts'
import { readModelIds } from '../../src/providers/list-models.ts'

test.for([
  [{ object: 'list', data: [{ id: 'b' }, { id: 'a' }] }, ['a', 'b']],
  [
    [{ id: 'b', type: 'chat' }, { id: 'a' }],
    ['a', 'b'],
  ],
  [{ models: [{ name: 'models/gemini' }, { model: 'x' }] }, ['models/gemini', 'x']],
  [{ models: [{ name: 'x.gguf' }], data: [{ id: 'x' }] }, ['x']],
  [
    ['a', 'b', 'a'],
    ['a', 'b'],
  ],
  [{ data: [{ id: 7 }, null, {}, { id: '' }, { id: 'a b' }, { id: 'ok' }] }, ['ok']],
  [{ data: [] }, []],
  [{ error: 'no' }, undefined],
  [{ data: {} }, undefined],
  ['models', undefined],
  [null, undefined],
] as const)('%j lists %j', ([body, ids]) => {
  expect(readModelIds(JSON.stringify(body))).toEqual(ids)
})

test('what is no JSON is no list', () => {
  expect(readModelIds('<html></html>')).toBeUndefined()
})

test('thousands of ids are no matter', () => {
  const data = Array.from({ length: 5000 }, (_, index) => ({ id: `owner/model-${index}`, extra: 'x' }))
  expect(readModelIds(JSON.stringify({ data }))).toHaveLength(5000)
})

test.for([
  [['a', 'gpt-4o', 'gpt-4o-mini-2', 'gpt-4o-mini'], ['gpt-4o-mini'], ['gpt-4o-mini', 'a', 'gpt-4o']],
  [['text-embedding-3', 'whisper-1', 'tts-1', 'dall-e-3', 'chat'], [], ['chat']],
  [['a', 'b', 'c', 'd'], [], ['a', 'b', 'c']],
  [['whisper-1'], ['gpt-'], []],
  [[], ['sonar'], []],
  [null, ['sonar', 'sonar-pro'], ['sonar']],
  [null, [], []],
] as const)('of %j, with %j suggested, %j are tried', ([listed, suggested, tried]) => {
  expect(chooseTrialModels(listed && [...listed], [...suggested])).toEqual(tried)
})
