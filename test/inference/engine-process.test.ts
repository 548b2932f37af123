import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startEngine, type EngineDeadlines, type EngineProcess } from '../../src/inference/engine-process.ts'
import { createLog } from '../../src/log.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { chatRequest, isRunning } from './local-inference.ts'

const loaded = `process.send({ type: 'loaded', context: 64, slots: 1, gpu: null })`

/** Starts a process that stands in for the engine; its script runs `receive(message)` for what it is told. */
async function start(script: string, deadlines: Partial<EngineDeadlines> = {}) {
  const workerPath = join(temporaryFolder(), 'stand-in.mjs')
  writeFileSync(workerPath, `process.once('disconnect', () => process.exit())\n${script}`)
  const lines: string[] = []
  const engine = await startEngine({
    model: { name: 'stand-in', path: '/model.gguf', options: {} },
    workerPath,
    env: process.env,
    deadlines: { loadSilenceMs: 10_000, acceptMs: 10_000, ...deadlines },
    signal: new AbortController().signal,
    log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
  })
  return Object.assign(engine, { [Symbol.asyncDispose]: () => engine.kill(), lines })
}

function answer(engine: EngineProcess) {
  return Array.fromAsync(engine.stream(chatRequest('hi'), new AbortController().signal))
}

function received(whenGenerate: string): string {
  return `process.on('message', (message) => {
    if (message.type === 'load') ${loaded}
    if (message.type === 'generate') { const { id } = message; ${whenGenerate} }
  })`
}

const text = `process.send({ type: 'events', events: [{ type: 'text', id, text: 'Hello' }] });`
const usage = `{ promptTokens: 1, completionTokens: 1, cachedTokens: 0 }`
const finish = `process.send({ type: 'events', events: [{ type: 'finish', id, reason: 'stop', usage: ${usage}, tokensPerSecond: null }] });`

describe('loading', () => {
  test('fails when nothing is heard of it for too long, and ends the process', async () => {
    const script = `process.on('message', () => {})`
    await expect(start(script, { loadSilenceMs: 200 })).rejects.toMatchObject({
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
    await using engine = await start(script, { loadSilenceMs: 700 })
    expect(engine.alive).toBe(true)
  })

  test('fails with what the process said last when it ends', async () => {
    const script = `process.once('message', () => {
      console.error('GGML_ASSERT(n_head > 0) failed')
      process.kill(process.pid, 'SIGABRT')
    })`
    await expect(start(script)).rejects.toMatchObject({
      code: 'model_load_failed',
      message: expect.stringMatching(/SIGABRT.*GGML_ASSERT\(n_head > 0\) failed/),
    })
  })

  test('fails when there is nothing to run', async () => {
    await expect(
      startEngine({
        model: { name: 'none', path: '/model.gguf', options: {} },
        workerPath: '/nowhere/worker.mjs',
        env: process.env,
        deadlines: { loadSilenceMs: 10_000, acceptMs: 10_000 },
        signal: new AbortController().signal,
        log: createLog({ level: 'error', write: () => {} }),
      }),
    ).rejects.toMatchObject({ code: 'model_load_failed' })
  })
})

describe('an engine that breaks the protocol', () => {
  test.each([
    ['an unknown message', `process.send({ type: 'surprise' })`],
    ['no message at all', `process.send('noise')`],
    ['a number that is none', `process.send({ type: 'progress', fraction: NaN })`],
  ])('%s while loading: the load fails', async (_, noise) => {
    await expect(start(`process.once('message', () => ${noise})`)).rejects.toMatchObject({
      code: 'model_load_failed',
    })
  })

  test('in the middle of an answer: the answer fails, and the process is ended', async () => {
    await using engine = await start(received(`${text} process.send({ type: 'surprise', id })`))
    await expect(answer(engine)).rejects.toMatchObject({ code: 'engine_failed' })
    await engine.exited
    expect(engine.alive).toBe(false)
    expect(isRunning(engine.pid)).toBe(false)
    expect(engine.lines.join('')).toContain('cannot be understood')
  })

  test('events of requests that nobody waits for are passed over', async () => {
    const stray = `process.send({ type: 'events', events: [{ type: 'text', id: 'stray', text: 'x' }] });`
    await using engine = await start(received(`${stray} ${text} ${finish} ${text} ${finish}`))
    expect((await answer(engine)).map(({ type }) => type)).toEqual(['text-delta', 'finish'])
    expect(engine.active).toBe(0)
  })
})

describe('a request', () => {
  test('that is not accepted in time ends the engine, which takes no more', async () => {
    await using engine = await start(received(''), { acceptMs: 100 })
    await expect(answer(engine)).rejects.toMatchObject({ code: 'engine_failed' })
    expect(engine.alive).toBe(false)
    await expect(answer(engine)).rejects.toMatchObject({ code: 'engine_failed' })
  })

  test('that was accepted may take as long as it needs', async () => {
    const accept = `process.send({ type: 'accepted', id });`
    await using engine = await start(received(`${accept} setTimeout(() => { ${finish} }, 700)`), {
      acceptMs: 500,
    })
    expect((await answer(engine)).map(({ type }) => type)).toEqual(['finish'])
  })

  test('that the engine leaves in the middle fails, after what came before', async () => {
    await using engine = await start(received(`${text} setTimeout(() => process.exit(3), 50)`))
    const stream = engine.stream(chatRequest('hi'), new AbortController().signal)[Symbol.asyncIterator]()
    await expect(stream.next()).resolves.toMatchObject({ value: { text: 'Hello' } })
    await expect(stream.next()).rejects.toMatchObject({ code: 'engine_failed' })
    await expect(stream.next()).resolves.toMatchObject({ done: true })
    expect(engine.alive).toBe(false)
  })
})
