import { expect, it, test } from 'vitest'
import type { NamedModel } from '../../src/catalog/catalog.ts'
import { deployableModels } from '../../src/daemon/deployable-models.ts'
import { LlmdError } from '../../src/errors.ts'
import { localModel } from '../catalog/local-model.ts'

const { signal } = new AbortController()

const remote: NamedModel = { kind: 'remote', provider: 'openrouter', model: 'gpt' }

function local(name: string): NamedModel {
  return { kind: 'local', model: { name, path: `/${name}.gguf`, options: {} } }
}

function routed(...models: string[]): NamedModel {
  return { kind: 'routed', strategy: 'fallback', targets: models.map((model) => ({ model, weight: 1 })) }
}

/** With local models that fail as they say here. */
function open(failures: Record<string, LlmdError> = {}) {
  const names: Record<string, NamedModel> = {
    a: local('a'),
    b: local('b'),
    cloud: remote,
    both: routed('a', 'b'),
    mixed: routed('both', 'cloud', 'gone'),
    nothing: routed('gone'),
  }
  const held: string[] = []
  const loaded: string[] = []
  const models = deployableModels({
    catalog: {
      find: (name) => names[name],
      async load(name) {
        expect(held).toContain(name)
        loaded.push(name)
        if (failures[name]) throw failures[name]
        return localModel(name)
      },
    },
    inference: {
      hold(name) {
        held.push(name)
        return { [Symbol.dispose]: () => void held.splice(held.indexOf(name), 1) }
      },
    },
  })
  return { models, held, loaded }
}

it.each([
  ['a', ['a']],
  ['cloud', []],
  ['both', ['a', 'b']],
  ['mixed', ['a', 'b']],
])('%s keeps the local models %j until it is let go', async (name, expected) => {
  const { models, held, loaded } = open()
  expect(models.has(name)).toBe(true)
  const ensured = await models.ensure(name, signal)
  expect([[...ensured.local], held, loaded]).toEqual([expected, expected, expected])
  ensured[Symbol.dispose]()
  expect(held).toEqual([])
})

it.each(['gone', 'nothing'])('%s is no model that could answer', async (name) => {
  const { models } = open()
  expect(models.has(name)).toBe(false)
  await expect(models.ensure(name, signal)).rejects.toMatchObject({ code: 'model_not_found' })
})

const damaged = new LlmdError('model_file_invalid', 'Damaged.')
const full = new LlmdError('overloaded', 'No room.')

test('one target that can answer is enough', async () => {
  for (const name of ['both', 'mixed']) {
    const { models, held } = open({ a: damaged })
    await models.ensure(name, signal)
    expect(held).toEqual(['a', 'b'])
  }
})

test('where none can, the failure that may pass is told, and nothing is held', async () => {
  const { models, held } = open({ a: damaged, b: full })
  await expect(models.ensure('both', signal)).rejects.toBe(full)
  await expect(models.ensure('a', signal)).rejects.toBe(damaged)
  expect(held).toEqual([])
})
