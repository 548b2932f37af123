import { expect, test } from 'vitest'
import { addModelSchema, editModelSchema } from '../../src/api/models.ts'

const problemOf = (change: object) =>
  editModelSchema.safeParse(change).error?.issues[0]?.path.join('.') ?? 'none'

test.each([
  'model',
  'messages',
  'input',
  'prompt',
  'stream',
  'stream_options',
  'Model',
  'STREAM',
  'temperature',
  'top_p',
  'system',
  'instructions',
  'constructor ',
  'ſtream',
  'a b',
  '',
])('%j is no default parameter', (name) => {
  const change: unknown = JSON.parse(`{"defaults":{"params":{${JSON.stringify(name)}:1}}}`)
  expect(problemOf(change as object)).toBe(`defaults.params.${name}`)
})

test.each([
  [{ defaults: { temperature: 3 } }, 'defaults.temperature'],
  [{ defaults: { top_p: -1 } }, 'defaults.top_p'],
  [{ defaults: { system: '' } }, 'defaults.system'],
  [{ defaults: { seed: 1 } }, 'defaults'],
  [{ defaults: { params: { a: 'x'.repeat(70_000) } } }, 'defaults.params'],
  [{ description: ' ' }, 'description'],
  [{ tier: 'very large' }, 'tier'],
  [{ reset: ['seed'] }, 'reset.0'],
  [{ tier: 'large', description: 'Slow.', defaults: { params: { 'x-y.z_1': { any: [1, null] } } } }, 'none'],
  [{ reset: ['context', 'system', 'temperature', 'top_p', 'params', 'description', 'tier'] }, 'none'],
])('%j: %s', (change, path) => expect(problemOf(change)).toBe(path))

test('a new model takes the same', () => {
  const model = { name: 'a', source: '/a', tier: 'large', defaults: { system: 'Be brief.' } }
  expect(addModelSchema.parse(model)).toEqual({ ...model, options: {} })
})
