import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Inference, LocalModel } from '../../src/inference/inference.ts'
import { scriptText } from '../fixtures/gguf/scripts.ts'
import { scriptedModel, type TemporaryModel } from '../fixtures/models.ts'
import { ask, chatRequest, enginePid, isRunning, openInference, until } from './local-inference.ts'

let file: TemporaryModel
let model: LocalModel

beforeAll(() => {
  file = scriptedModel()
  model = { name: 'scripted', path: file.path, options: { slots: 2, context: 32_768 } }
})

afterAll(() => file[Symbol.dispose]())

/** Child processes of this one, as far as it still has them. */
function children(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'ProcessWrap').length
}

/** An inference with an endless answer under way, and the end of that answer. */
async function busy(inference: Inference) {
  const stream = inference.backend(model).stream(chatRequest('loop'), new AbortController().signal)
  const events = stream[Symbol.asyncIterator]()
  await events.next()
  const end = (async () => {
    while (!(await events.next()).done);
  })()
  end.catch(() => {})
  return { end, leave: () => events.return?.() }
}

async function settledWithin(promise: Promise<unknown>, withinMs: number) {
  const began = performance.now()
  const [result] = await Promise.allSettled([promise])
  expect(performance.now() - began).toBeLessThan(withinMs)
  return result
}

describe('an engine that is killed', () => {
  test('fails all its requests within a second, and the next is served within three', async () => {
    await using inference = openInference()
    const running = [await busy(inference), await busy(inference)]
    const waiting = ask(inference, model, chatRequest('hi'))
    waiting.catch(() => {})
    const pid = enginePid(inference, model.name)
    process.kill(pid, 'SIGKILL')
    for (const request of [...running.map(({ end }) => end), waiting]) {
      expect(await settledWithin(request, 1000)).toMatchObject({
        status: 'rejected',
        reason: { code: 'engine_failed' },
      })
    }
    expect(await settledWithin(ask(inference, model, chatRequest('hi')), 3000)).toMatchObject({
      value: { text: scriptText('greeting') },
    })
    expect(enginePid(inference, model.name)).not.toBe(pid)
  })

  test('while idle, is loaded anew by the next request', async () => {
    await using inference = openInference()
    await inference.load(model)
    process.kill(enginePid(inference, model.name), 'SIGKILL')
    await until(() => inference.state(model.name).state === 'unloaded')
    await expect(ask(inference, model, chatRequest('hi'))).resolves.toMatchObject({ reason: 'stop' })
  })
})

test('an engine that no longer answers is ended, and the next request is served', async () => {
  await using inference = openInference({
    deadlines: { loadSilenceMs: 10_000, acceptMs: 300, silenceMs: 10_000, saveMs: 1000 },
  })
  await inference.load(model)
  const pid = enginePid(inference, model.name)
  process.kill(pid, 'SIGSTOP')
  const stuck = [ask(inference, model, chatRequest('hi')), ask(inference, model, chatRequest('hi'))]
  for (const result of await Promise.allSettled(stuck)) {
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'engine_failed' } })
  }
  await expect(ask(inference, model, chatRequest('hi'))).resolves.toMatchObject({ reason: 'stop' })
  expect(isRunning(pid)).toBe(false)
})

describe('unload', () => {
  test('is refused while the model answers; then the process goes, and the next request loads anew', async () => {
    await using inference = openInference()
    const { leave } = await busy(inference)
    const pid = enginePid(inference, model.name)
    await expect(inference.unload(model.name)).rejects.toMatchObject({ code: 'model_in_use' })
    await leave()
    await expect(inference.unload(model.name)).resolves.toBe(true)
    expect(isRunning(pid)).toBe(false)
    expect(inference.state(model.name)).toEqual({ state: 'unloaded' })
    await expect(inference.unload(model.name)).resolves.toBe(false)
    await expect(ask(inference, model, chatRequest('hi'))).resolves.toMatchObject({ reason: 'stop' })
    expect(enginePid(inference, model.name)).not.toBe(pid)
  })

  test('and requests in any order never meet a dying engine, and leave one process', async () => {
    await using inference = openInference()
    await inference.load(model)
    const answers: Promise<unknown>[] = []
    for (let turn = 0; turn < 3; turn++) {
      const unloads = [inference.unload(model.name), inference.unload(model.name)]
      answers.push(ask(inference, model, chatRequest('hi')))
      const load = inference.load(model)
      await Promise.allSettled(unloads)
      answers.push(ask(inference, model, chatRequest('hi')))
      await load
    }
    for (const answer of answers) await expect(answer).resolves.toMatchObject({ reason: 'stop' })
    expect(isRunning(enginePid(inference, model.name))).toBe(true)
    expect(children()).toBe(1)
  })

  test('gives a load up that is under way, and whoever asked for it hears of that', async () => {
    await using inference = openInference()
    const load = inference.load(model).catch((error: unknown) => error)
    await until(() => inference.state(model.name).state === 'loading')
    await expect(inference.unload(model.name)).resolves.toBe(true)
    expect(await load).toMatchObject({ code: 'model_load_failed' })
    await until(() => children() === 0)
  })

  test('of a model that could not be loaded finds nothing to do', async () => {
    await using inference = openInference()
    const missing = { name: 'missing', path: '/nowhere/model.gguf', options: {} }
    const load = inference.load(missing)
    load.catch(() => {})
    await expect(inference.unload('missing')).resolves.toBe(false)
    await expect(load).rejects.toMatchObject({ code: 'model_file_not_found' })
  })
})

describe('disposing', () => {
  test('ends every engine, whatever it does', async () => {
    const inference = openInference()
    const { end } = await busy(inference)
    await inference.load({ ...model, name: 'idle' })
    const pids = [model.name, 'idle'].map((name) => enginePid(inference, name))
    await inference[Symbol.asyncDispose]()
    expect(pids.map(isRunning)).toEqual([false, false])
    await expect(end).rejects.toMatchObject({ code: 'engine_failed' })
    await expect(inference.load(model)).rejects.toMatchObject({ code: 'shutting_down' })
    await expect(ask(inference, model, chatRequest('hi'))).rejects.toMatchObject({ code: 'shutting_down' })
  })

  test('gives up a load under way, and says so to those who wait', async () => {
    const inference = openInference()
    const waiting = [inference.load(model), ask(inference, model, chatRequest('hi'))]
    const settled = Promise.allSettled(waiting)
    await until(() => children() > 0)
    await inference[Symbol.asyncDispose]()
    for (const result of await settled) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'shutting_down' } })
    }
    await until(() => children() === 0)
  })
})

test('engines do not outlive a parent that is killed', async () => {
  const parent = fork(new URL('../fixtures/processes/inference-parent.ts', import.meta.url), [file.path], {
    execArgv: [],
  })
  onTestFinished(() => void parent.kill('SIGKILL'))
  const [message]: unknown[] = await once(parent, 'message')
  const pid = Number(message)
  expect(hasEnded(pid)).toBe(false)
  parent.kill('SIGKILL')
  await until(() => hasEnded(pid), 2000)
})

test.runIf(process.platform === 'linux')(
  'an engine knows none of the secrets in our environment',
  async () => {
    await using inference = openInference({
      env: { ...process.env, OPENAI_API_KEY: 'sk-canary', LLMD_TOKEN: 'canary' },
    })
    await inference.load(model)
    const environment = readFileSync(`/proc/${enginePid(inference, model.name)}/environ`, 'utf8')
    expect(environment).toContain('PATH=')
    expect(environment).not.toContain('canary')
  },
)

/** Gone, or dead and waiting to be noticed by a process that has adopted it. */
function hasEnded(pid: number): boolean {
  if (!isRunning(pid)) return true
  try {
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z')
  } catch {
    return true
  }
}
