import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readModelFile } from '../../../src/inference/gguf/read-model-file.ts'
import type { Inference, LocalModel, ModelShape } from '../../../src/inference/inference.ts'
import { estimateMemory } from '../../../src/inference/residency/estimate-memory.ts'
import { scriptText } from '../../fixtures/gguf/scripts.ts'
import { createMemoryCrashTable } from '../../fixtures/memory-crash-table.ts'
import { scriptedModel, type TemporaryModel } from '../../fixtures/models.ts'
import { ask, chatRequest, enginePid, isRunning, openInference, until } from '../local-inference.ts'

const fragileWorker = fileURLToPath(new URL('../../fixtures/processes/fragile-worker.ts', import.meta.url))

let file: TemporaryModel
let shape: ModelShape
/** What one of the models takes, by the estimate. */
let bytes: number

beforeAll(async () => {
  file = scriptedModel()
  shape = readModelFile(file.path).shape
  bytes = await estimateMemory(model('any'))
})

afterAll(() => file[Symbol.dispose]())

function model(name: string, residency: LocalModel['residency'] = {}): LocalModel {
  return { name, path: file.path, options: { slots: 2, context: 32_768 }, residency, shape }
}

/** Room for one model, or for two. */
const roomFor = (count: number) => Math.ceil(bytes * (count + 0.5))

/** An endless answer under way. */
async function talk(inference: Inference, to: LocalModel) {
  const leave = new AbortController()
  const events = inference.backend(to).stream(chatRequest('loop'), leave.signal)[Symbol.asyncIterator]()
  await events.next()
  return { events, leave: () => events.return?.() }
}

const greet = (inference: Inference, to: LocalModel, signal?: AbortSignal) =>
  ask(inference, to, chatRequest('hi'), signal)

describe('where there is room for one of two models', () => {
  test('the idle one goes, its process first, and comes back when it is asked', async () => {
    await using inference = openInference({ memoryBytes: roomFor(1) })
    for (const name of ['a', 'b', 'a']) {
      const before = ['a', 'b'].filter((other) => inference.state(other).state === 'ready')
      const pids = before.map((other) => enginePid(inference, other))
      await expect(greet(inference, model(name))).resolves.toMatchObject({ text: scriptText('greeting') })
      expect(pids.map(isRunning)).toEqual(pids.map(() => false))
      expect(inference.state(name === 'a' ? 'b' : 'a')).toEqual({ state: 'unloaded' })
    }
  })

  test('the switch waits for the stream of the other, and never breaks it', async () => {
    await using inference = openInference({ memoryBytes: roomFor(1) })
    const { events, leave } = await talk(inference, model('a'))
    let answered = false
    const switched = greet(inference, model('b')).finally(() => (answered = true))
    for (let event = 0; event < 200; event += 1) {
      expect(await events.next()).toMatchObject({ done: false })
    }
    expect(answered).toBe(false)
    await leave()
    await expect(switched).resolves.toMatchObject({ text: scriptText('greeting') })
    expect(inference.state('a')).toEqual({ state: 'unloaded' })
  })

  test('many requests for both, all at once, are all answered', async () => {
    await using inference = openInference({ memoryBytes: roomFor(1) })
    const names = ['a', 'b', 'a', 'b', 'b', 'a']
    const answers = await Promise.all(names.map((name) => greet(inference, model(name))))
    expect(answers.map(({ text }) => text)).toEqual(names.map(() => scriptText('greeting')))
  })

  test('who waits too long is told so, and the stream goes on', async () => {
    await using inference = openInference({ memoryBytes: roomFor(1), roomWaitMs: 100 })
    const { events, leave } = await talk(inference, model('a'))
    await expect(greet(inference, model('b'))).rejects.toMatchObject({ code: 'overloaded', status: 503 })
    expect(await events.next()).toMatchObject({ done: false })
    await leave()
  })

  test('who leaves while waiting is gone', async () => {
    await using inference = openInference({ memoryBytes: roomFor(1) })
    const { events, leave } = await talk(inference, model('a'))
    const gone = new AbortController()
    const waiting = greet(inference, model('b'), gone.signal)
    gone.abort(new Error('left'))
    await expect(waiting).rejects.toThrow('left')
    expect(await events.next()).toMatchObject({ done: false })
    await leave()
  })

  test('those who wait hear of the end', async () => {
    const inference = openInference({ memoryBytes: roomFor(1) })
    await talk(inference, model('a'))
    const waiting = greet(inference, model('b'))
    waiting.catch(() => {})
    await inference[Symbol.asyncDispose]()
    await expect(waiting).rejects.toMatchObject({ code: 'shutting_down' })
  })

  test('a pinned one stays', async () => {
    await using inference = openInference({ memoryBytes: roomFor(1) })
    await inference.load(model('a', { pinned: true }))
    await expect(inference.load(model('b'))).rejects.toMatchObject({
      code: 'model_too_large',
      message: expect.stringContaining('pinned'),
    })
    expect(inference.state('a')).toMatchObject({ engine: { pinned: true, unloadAt: null } })
  })
})

test('the longest unused of several goes', async () => {
  await using inference = openInference({ memoryBytes: roomFor(2) })
  for (const name of ['a', 'b', 'a', 'c']) await greet(inference, model(name))
  expect(['a', 'b', 'c'].map((name) => inference.state(name).state)).toEqual(['ready', 'unloaded', 'ready'])
})

test('a model larger than all the room is refused with both numbers', async () => {
  await using inference = openInference({ memoryBytes: 50_000_000 })
  await expect(inference.load(model('a'))).rejects.toMatchObject({
    code: 'model_too_large',
    status: 400,
    message: expect.stringMatching(/about 0\.1\d GB.* 0\.05 GB/),
  })
  expect(inference.state('a')).toEqual({ state: 'unloaded' })
})

test('a load tells how far it is, and requests share it', async () => {
  await using inference = openInference()
  const seen = new Set<number>()
  const answers = Promise.all([1, 2, 3].map(() => greet(inference, model('a'))))
  let done = false
  void answers.finally(() => (done = true))
  await until(() => {
    const state = inference.state('a')
    if (state.state === 'loading') seen.add(state.progress)
    return done
  })
  await answers
  expect([...seen].every((progress) => progress >= 0 && progress <= 1)).toBe(true)
  expect(seen.has(0)).toBe(true)
})

describe('a model that is being loaded', () => {
  const stuckWorker = fileURLToPath(new URL('../../fixtures/processes/stuck-worker.ts', import.meta.url))

  test('can be unloaded: its load is given up at once', async () => {
    await using inference = openInference({ workerPath: stuckWorker })
    const loading = inference.load(model('a'))
    loading.catch(() => {})
    await until(() => inference.state('a').state === 'loading')
    await expect(inference.unload('a')).resolves.toBe(true)
    await expect(loading).rejects.toMatchObject({
      code: 'model_load_failed',
      message: expect.stringContaining('unloaded'),
    })
    expect(inference.state('a')).toEqual({ state: 'unloaded' })
    await expect(inference.unload('a')).resolves.toBe(false)
  })

  test('is in use when a request waits for it, which is told at once', async () => {
    await using inference = openInference({ workerPath: stuckWorker })
    const leave = new AbortController()
    const waiting = greet(inference, model('a'), leave.signal)
    waiting.catch(() => {})
    await until(() => inference.state('a').state === 'loading')
    await expect(inference.unload('a')).rejects.toMatchObject({ code: 'model_in_use' })
    leave.abort(new Error('left'))
    await expect(waiting).rejects.toThrow('left')
    await expect(inference.unload('a')).resolves.toBe(true)
  })
})

describe('the time of an unused model', () => {
  test('runs from the last event that was read', async () => {
    await using inference = openInference()
    const to = model('a', { ttl: 1 })
    const { events, leave } = await talk(inference, to)
    const pid = enginePid(inference, 'a')
    expect(inference.state('a')).toMatchObject({ engine: { unloadAt: null } })
    const began = performance.now()
    await until(() => performance.now() - began > 1200)
    // Longer than its time, but a reader that is slow is a reader.
    expect(await events.next()).toMatchObject({ done: false })
    await leave()
    const left = Date.now()
    const state = inference.state('a')
    const unloadAt = state.state === 'ready' ? (state.engine.unloadAt?.getTime() ?? 0) : 0
    expect(unloadAt - left).toBeGreaterThan(800)
    expect(unloadAt - left).toBeLessThanOrEqual(1000)
    await until(() => inference.state('a').state === 'unloaded')
    expect(Date.now()).toBeGreaterThanOrEqual(unloadAt - 5)
    await until(() => !isRunning(pid))
  })

  test('begins anew with each use', async () => {
    await using inference = openInference({ ttl: 600 })
    await greet(inference, model('a'))
    const unloadAt = () => {
      const state = inference.state('a')
      return state.state === 'ready' ? (state.engine.unloadAt?.getTime() ?? 0) : 0
    }
    const first = unloadAt()
    await until(() => Date.now() > first - 600_000 + 5)
    await greet(inference, model('a'))
    expect(unloadAt()).toBeGreaterThan(first)
  })

  test.each([
    ['of a pinned one', { pinned: true, ttl: 1 }],
    ['of one that is to stay', { ttl: null }],
  ])('does not run: %s', async (_, residency) => {
    await using inference = openInference({ ttl: 600 })
    await greet(inference, model('a', residency))
    expect(inference.state('a')).toMatchObject({ engine: { unloadAt: null } })
  })
})

/** From here on the engine of the fragile worker aborts when it is told this. */
function crashWhen(kind: 'load' | 'ask'): Disposable {
  writeFileSync(`${file.path}.${kind}`, '')
  return { [Symbol.dispose]: () => rmSync(`${file.path}.${kind}`, { force: true }) }
}

describe('a file whose engine crashes', () => {
  test('twice while loading, is quarantined until a check finds that it loads', async () => {
    await using inference = openInference({ workerPath: fragileWorker })
    {
      using _ = crashWhen('load')
      for (let turn = 0; turn < 2; turn += 1) {
        await expect(greet(inference, model('a'))).rejects.toMatchObject({ code: 'model_load_failed' })
      }
      await expect(greet(inference, model('a'))).rejects.toMatchObject({
        code: 'model_quarantined',
        status: 409,
        hint: expect.stringContaining('llmd models check a'),
      })
      // It is the file, not the name.
      await expect(inference.load(model('b'))).rejects.toMatchObject({ code: 'model_quarantined' })
      await expect(inference.check(model('a'))).resolves.toMatchObject({
        quarantinedSince: expect.any(Date),
        failure: { code: 'model_load_failed' },
      })
    }
    await expect(inference.load(model('a'))).rejects.toMatchObject({ code: 'model_quarantined' })
    await expect(inference.check(model('a'))).resolves.toMatchObject({
      quarantinedSince: expect.any(Date),
      failure: null,
    })
    expect(inference.state('a')).toEqual({ state: 'unloaded' })
    await expect(greet(inference, model('a'))).resolves.toMatchObject({ reason: 'stop' })
  })

  test('twice while answering, is quarantined too', async () => {
    await using inference = openInference({ workerPath: fragileWorker })
    using _ = crashWhen('ask')
    for (let turn = 0; turn < 2; turn += 1) {
      await expect(greet(inference, model('a'))).rejects.toMatchObject({ code: 'engine_failed' })
    }
    await expect(greet(inference, model('a'))).rejects.toMatchObject({ code: 'model_quarantined' })
  })

  test('is not forgotten by the next daemon', async () => {
    const crashes = createMemoryCrashTable()
    using _ = crashWhen('load')
    for (let turn = 0; turn < 2; turn += 1) {
      await using inference = openInference({ workerPath: fragileWorker, crashes })
      await expect(inference.load(model('a'))).rejects.toMatchObject({ code: 'model_load_failed' })
    }
    await using inference = openInference({ crashes })
    await expect(inference.load(model('a'))).rejects.toMatchObject({ code: 'model_quarantined' })
    await expect(inference.check(model('a'))).resolves.toMatchObject({ failure: null })
    await expect(inference.load(model('a'))).resolves.toBeUndefined()
  })

  test('is tried again when it has changed', async () => {
    using other = scriptedModel()
    await using inference = openInference({ workerPath: fragileWorker })
    const changing = { ...model('a'), path: other.path }
    writeFileSync(`${other.path}.load`, '')
    for (let turn = 0; turn < 2; turn += 1) await inference.load(changing).catch(() => {})
    await expect(inference.load(changing)).rejects.toMatchObject({ code: 'model_quarantined' })
    rmSync(`${other.path}.load`)
    writeFileSync(other.path, Buffer.concat([readFileSync(other.path), Buffer.alloc(32)]))
    await expect(greet(inference, changing)).resolves.toMatchObject({ reason: 'stop' })
  })
})

describe('a check', () => {
  test('says what the file is and what it takes, and leaves a loaded model loaded', async () => {
    await using inference = openInference({ memoryBytes: 10_000_000_000 })
    await inference.load(model('a'))
    const pid = enginePid(inference, 'a')
    const check = await inference.check(model('a'))
    expect(check).toMatchObject({
      file: { architecture: 'llama', quantization: 'F32' },
      memory: { budgetBytes: 10_000_000_000 },
      quarantinedSince: null,
      failure: null,
    })
    expect(check.memory.neededBytes).toBe(bytes)
    expect(enginePid(inference, 'a')).toBe(pid)
  })

  test('says why a model does not fit', async () => {
    await using inference = openInference({ memoryBytes: 50_000_000 })
    await expect(inference.check(model('a'))).resolves.toMatchObject({
      failure: { code: 'model_too_large' },
    })
  })
})

describe('a warm spare', () => {
  test('becomes the engine of the next load, and another takes its place', async () => {
    await using inference = openInference({ warmSpare: true })
    await expect(greet(inference, model('a'))).resolves.toMatchObject({ reason: 'stop' })
    await expect(greet(inference, model('b'))).resolves.toMatchObject({ reason: 'stop' })
    expect(enginePid(inference, 'a')).not.toBe(enginePid(inference, 'b'))
  })

  test('is left alone by a model that names its device', async () => {
    await using inference = openInference({ warmSpare: true })
    const off: LocalModel = { ...model('a'), options: { gpu: 'off' } }
    await expect(greet(inference, off)).resolves.toMatchObject({ reason: 'stop' })
    expect(inference.state('a')).toMatchObject({ engine: { gpu: null } })
  })
})

test('a device that is not there is an error, and not a fall back to the CPU', async () => {
  await using inference = openInference()
  const metal: LocalModel = {
    ...model('a'),
    options: { gpu: process.platform === 'darwin' ? 'cuda' : 'metal' },
  }
  await expect(inference.load(metal)).rejects.toMatchObject({ code: 'gpu_unavailable' })
})
