import { rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Inference, LocalModel, ModelEvent } from '../../../src/inference/inference.ts'
import { estimateMemory } from '../../../src/inference/residency/estimate-memory.ts'
import { scriptedModel, type TemporaryModel } from '../../fixtures/models.ts'
import { ask, chatRequest, enginePid, openInference, until } from '../local-inference.ts'

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/processes/${name}.ts`, import.meta.url))

let file: TemporaryModel

beforeAll(() => {
  file = scriptedModel()
})

afterAll(() => file[Symbol.dispose]())

const model = (name: string, residency: LocalModel['residency'] = {}): LocalModel => ({
  name,
  path: file.path,
  options: { slots: 1, context: 1024 },
  residency,
})

/** What was told of, the steps of each load as one. */
function listen() {
  const events: ModelEvent[] = []
  const told = () =>
    events
      .map((event) =>
        `${event.type} ${event.name} ${event.type === 'model.unloaded' ? event.reason : ''}`.trim(),
      )
      .filter((text, index, all) => text !== all[index - 1])
  return { events, told, onEvent: (event: ModelEvent) => void events.push(event) }
}

describe('what is told of a model', () => {
  test('that it is loading, from nothing on, and then that it is loaded, and how long that took', async () => {
    const { events, onEvent } = listen()
    await using inference = openInference({ onEvent })
    await Promise.all([inference.load(model('a')), inference.load(model('a'))])
    expect(events[0]).toEqual({ type: 'model.loading', name: 'a', progress: 0 })
    expect(events.at(-1)).toEqual({ type: 'model.loaded', name: 'a', ms: expect.any(Number) })
    const fractions = events.flatMap((event) => (event.type === 'model.loading' ? event.progress : []))
    expect(fractions).toHaveLength(events.length - 1)
    expect(fractions.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true)
    await inference.load(model('a'))
    expect(events.at(-1)).toMatchObject({ type: 'model.loaded' })
  })

  test('that it left, and why: it was asked to, or its time was up', async () => {
    const { told, onEvent } = listen()
    await using inference = openInference({ onEvent })
    await inference.load(model('a'))
    await inference.unload('a')
    expect(told().at(-1)).toBe('model.unloaded a asked')
    await inference.load(model('b', { ttl: 1 }))
    await until(() => told().at(-1) === 'model.unloaded b ttl')
  })

  test('that it left for another, before that one is loaded', async () => {
    const { told, onEvent } = listen()
    const memoryBytes = Math.ceil((await estimateMemory(model('a'))) * 1.5)
    await using inference = openInference({ onEvent, memoryBytes })
    await inference.load(model('a'))
    await inference.load(model('b'))
    expect(told()).toEqual([
      'model.loading a',
      'model.loaded a',
      'model.loading b',
      'model.unloaded a evicted',
      'model.loading b',
      'model.loaded b',
    ])
  })

  test('that its engine crashed', async () => {
    const { told, onEvent } = listen()
    await using inference = openInference({ onEvent })
    await inference.load(model('a'))
    process.kill(enginePid(inference, 'a'), 'SIGKILL')
    await until(() => inference.state('a').state === 'unloaded' && told().length > 2)
    expect(told().at(-1)).toBe('model.unloaded a crashed')
  })

  test('that it did not load, and why', async () => {
    const { events, onEvent } = listen()
    await using inference = openInference({ onEvent, workerPath: fixture('fragile-worker') })
    writeFileSync(`${file.path}.load`, '')
    await expect(inference.load(model('a'))).rejects.toMatchObject({ code: 'model_load_failed' })
    rmSync(`${file.path}.load`)
    await until(() => events.at(-1)?.type === 'model.failed')
    expect(events.at(-1)).toEqual({
      type: 'model.failed',
      name: 'a',
      code: 'model_load_failed',
      message: expect.stringContaining('could not be loaded'),
    })
  })

  test('that its load was given up', async () => {
    const { told, onEvent } = listen()
    await using inference = openInference({ onEvent, workerPath: fixture('stuck-worker') })
    inference.load(model('a')).catch(() => {})
    await until(() => inference.state('a').state === 'loading')
    await inference.unload('a')
    expect(told()).toEqual(['model.loading a', 'model.unloaded a asked'])
  })

  test('nothing once all of them end', async () => {
    const { told, onEvent } = listen()
    const inference: Inference = openInference({ onEvent })
    await ask(inference, model('a'), chatRequest('hi'))
    await inference[Symbol.asyncDispose]()
    expect(told()).toEqual(['model.loading a', 'model.loaded a'])
  })
})
