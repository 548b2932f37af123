import type { ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { startEngine, type EngineDeadlines, type EngineProcess } from '../../src/inference/engine-process.ts'
import { forkEngine } from '../../src/inference/fork-engine.ts'
import { createLog } from '../../src/log.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { chatRequest, isRunning } from './local-inference.ts'

const loaded = `process.send({ type: 'loaded', context: 64, slots: 1, gpu: null })`

/** A process that stands in for the engine; its script hears `message` when it is told something. */
function standIn(script: string) {
  const workerPath = join(temporaryFolder(), 'stand-in.mjs')
  writeFileSync(workerPath, `process.once('disconnect', () => process.exit())\n${script}`)
  return forkEngine({ workerPath, env: process.env })
}

async function start(
  child: ChildProcess,
  deadlines: Partial<EngineDeadlines> = {},
  onCrash: () => void = () => {},
) {
  const lines: string[] = []
  const progress: number[] = []
  const engine = await startEngine({
    model: { name: 'stand-in', path: '/model.gguf', options: {} },
    child,
    stateFolder: '/nowhere',
    deadlines: { loadSilenceMs: 10_000, acceptMs: 10_000, silenceMs: 10_000, saveMs: 10_000, ...deadlines },
    signal: new AbortController().signal,
    onProgress: (fraction) => progress.push(fraction),
    onCrash,
    log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
  })
  return Object.assign(engine, { [Symbol.asyncDispose]: () => engine.kill(), lines, progress })
}

function answer(engine: EngineProcess) {
  return Array.fromAsync(engine.stream('chat', chatRequest('hi'), new AbortController().signal))
}

function received(whenAsked: string): string {
  return `process.on('message', (message) => {
    if (message.type === 'load') ${loaded}
    if (message.type === 'ask') { const { id } = message; ${whenAsked} }
  })`
}

const events = (...list: string[]) => `process.send({ type: 'events', events: [${list.join(', ')}] });`
const event = (content: string, id = 'id') => `{ type: 'event', id: ${id}, event: ${content} }`
const piece = `{ type: 'text-delta', choice: 0, text: 'Hello' }`
const text = events(event(piece))
const usage = `{ promptTokens: 1, completionTokens: 1, reasoningTokens: 0, cachedTokens: 0 }`
const finish = events(event(`{ type: 'finish', usage: ${usage} }`))

describe('loading', () => {
  test('fails when nothing is heard of it for too long, and ends the process', async () => {
    const script = `process.on('message', () => {})`
    await expect(start(standIn(script), { loadSilenceMs: 200 })).rejects.toMatchObject({
      code: 'model_load_failed',
      message: expect.stringContaining('0.2 s'),
    })
  })

  test('may take longer than that while it makes progress', async () => {
    const script = `process.once('message', () => {
      let fraction = 0
      const timer = setInterval(() => {
        fraction += 0.1
        process.send({ type: 'progress', fraction })
        if (fraction >= 1) { clearInterval(timer); ${loaded} }
      }, 100)
    })`
    await using engine = await start(standIn(script), { loadSilenceMs: 700 })
    expect(engine.alive).toBe(true)
  })

  test('fails with what the process said last when it ends', async () => {
    const script = `process.once('message', () => {
      console.error('GGML_ASSERT(n_head > 0) failed')
      process.kill(process.pid, 'SIGABRT')
    })`
    await expect(start(standIn(script))).rejects.toMatchObject({
      code: 'model_load_failed',
      message: expect.stringMatching(/SIGABRT.*GGML_ASSERT\(n_head > 0\) failed/),
    })
  })

  test('fails when there is nothing to run', async () => {
    await expect(
      start(forkEngine({ workerPath: '/nowhere/worker.mjs', env: process.env })),
    ).rejects.toMatchObject({ code: 'model_load_failed' })
  })
})

describe('an engine that breaks the protocol', () => {
  test.each([
    ['an unknown message', `process.send({ type: 'surprise' })`],
    ['no message at all', `process.send('noise')`],
    ['a number that is none', `process.send({ type: 'progress', fraction: NaN })`],
  ])('%s while loading: the load fails', async (_, noise) => {
    await expect(start(standIn(`process.once('message', () => ${noise})`))).rejects.toMatchObject({
      code: 'model_load_failed',
    })
  })

  test('in the middle of an answer: the answer fails, and the process is ended', async () => {
    await using engine = await start(standIn(received(`${text} process.send({ type: 'surprise', id })`)))
    await expect(answer(engine)).rejects.toMatchObject({ code: 'engine_failed' })
    await engine.exited
    expect(engine.alive).toBe(false)
    expect(isRunning(engine.pid)).toBe(false)
    expect(engine.lines.join('')).toContain('cannot be understood')
  })

  test('events of requests that nobody waits for are passed over', async () => {
    const stray = events(event(piece, `'stray'`))
    await using engine = await start(standIn(received(`${stray} ${text} ${finish} ${text} ${finish}`)))
    expect((await answer(engine)).map(({ type }) => type)).toEqual(['text-delta', 'finish'])
    expect(engine.active).toBe(0)
  })
})

describe('a request', () => {
  test('that is not accepted in time ends the engine, which takes no more', async () => {
    await using engine = await start(standIn(received('')), { acceptMs: 100 })
    await expect(answer(engine)).rejects.toMatchObject({ code: 'engine_failed' })
    expect(engine.alive).toBe(false)
    await expect(answer(engine)).rejects.toMatchObject({ code: 'engine_failed' })
  })

  test('that was accepted may take as long as it needs', async () => {
    const accept = `process.send({ type: 'accepted', id });`
    await using engine = await start(standIn(received(`${accept} setTimeout(() => { ${finish} }, 700)`)), {
      acceptMs: 500,
    })
    expect((await answer(engine)).map(({ type }) => type)).toEqual(['finish'])
  })

  test('that the engine leaves in the middle fails, after what came before', async () => {
    await using engine = await start(standIn(received(`${text} setTimeout(() => process.exit(3), 50)`)))
    const stream = engine.stream('chat', chatRequest('hi'), new AbortController().signal)
    await expect(stream.next()).resolves.toMatchObject({ value: { text: 'Hello' } })
    await expect(stream.next()).rejects.toMatchObject({ code: 'engine_failed' })
    await expect(stream.next()).resolves.toMatchObject({ done: true })
    expect(engine.alive).toBe(false)
  })
})

describe('a crash', () => {
  let crashes = 0
  const onCrash = () => {
    crashes += 1
  }
  beforeEach(() => {
    crashes = 0
  })

  test('is the end, while it loads, of a process that nobody told to end', async () => {
    const loading = standIn(`process.once('message', () => process.exit(3))`)
    await expect(start(loading, {}, onCrash)).rejects.toMatchObject({ code: 'model_load_failed' })
    expect(crashes).toBe(1)
  })

  test('is the same while it answers', async () => {
    await using engine = await start(standIn(received(`process.abort()`)), {}, onCrash)
    await expect(answer(engine)).rejects.toMatchObject({ code: 'engine_failed' })
    expect(crashes).toBe(1)
  })

  test('is a load that stops in the middle', async () => {
    const silent = standIn(`process.on('message', () => {})`)
    const load = start(silent, { loadSilenceMs: 100 }, onCrash)
    await expect(load).rejects.toMatchObject({ code: 'model_load_failed' })
    expect(crashes).toBe(1)
  })

  test('is not the end of an idle process', async () => {
    await using engine = await start(standIn(received('')), {}, onCrash)
    process.kill(engine.pid, 'SIGKILL')
    await engine.exited
    expect(crashes).toBe(0)
  })

  test('is not the end of a process that was told to', async () => {
    await using engine = await start(standIn(received(text)), {}, onCrash)
    const stream = engine.stream('chat', chatRequest('hi'), new AbortController().signal)
    await stream.next()
    await engine.kill()
    await expect(stream.next()).rejects.toMatchObject({ code: 'engine_failed' })
    expect(crashes).toBe(0)
  })
})

test('the progress of a load is told', async () => {
  const progress = [0.25, 1].map((fraction) => `process.send({ type: 'progress', fraction: ${fraction} });`)
  await using engine = await start(
    standIn(`process.once('message', () => { ${progress.join('')} ${loaded} })`),
  )
  expect(engine.progress).toEqual([0.25, 1])
})
