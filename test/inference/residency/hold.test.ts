import { expect, test } from 'vitest'
import { scriptedModel } from '../../fixtures/models.ts'
import { openInference } from '../local-inference.ts'

test('a model counts as pinned from its first holder to its last, loaded or not', async () => {
  using file = scriptedModel()
  await using inference = openInference({ ttl: 600 })
  const model = { name: 'a', path: file.path, options: {} }
  const stays = { state: 'ready', engine: { pinned: true, unloadAt: null } }
  const mayGo = { state: 'ready', engine: { pinned: false, unloadAt: expect.any(Date) } }

  const first = inference.hold('a')
  expect(inference.state('a')).toEqual({ state: 'unloaded' })
  await inference.load(model)
  expect(inference.state('a')).toMatchObject(stays)
  const second = inference.hold('a')
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  expect(inference.state('a')).toMatchObject(stays)
  second[Symbol.dispose]()
  expect(inference.state('a')).toMatchObject(mayGo)
  const third = inference.hold('a')
  expect(inference.state('a')).toMatchObject(stays)
  third[Symbol.dispose]()
  expect(inference.state('a')).toMatchObject(mayGo)
})
