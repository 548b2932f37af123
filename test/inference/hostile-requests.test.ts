import { fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Inference, LocalModel } from '../../src/inference/inference.ts'
import { fromEngineSchema, type ToEngine } from '../../src/inference/protocol.ts'
import { writeBertModel } from '../fixtures/gguf/write-bert-model.ts'
import { ask, chatRequest, demoModelPath, enginePid, openInference, until } from './local-inference.ts'

const workerPath = fileURLToPath(new URL('../../src/inference/worker.ts', import.meta.url))
const never = new AbortController().signal
const spaces = ' '.repeat(4_000_000)

let folder: string
let inference: Inference
const demo: LocalModel = { name: 'demo', path: demoModelPath, options: {} }
const embedding = () => ({ name: 'embed', path: join(folder, 'embed.gguf'), options: {} })
const ranking = () => ({ name: 'rank', path: join(folder, 'rank.gguf'), options: {} })

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmd-hostile-'))
  writeBertModel(join(folder, 'embed.gguf'), { purpose: 'embed' })
  writeBertModel(join(folder, 'rank.gguf'), { purpose: 'rank' })
  inference = openInference()
})

afterAll(async () => {
  await inference[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

describe('what is too long is refused before it is tokenized', () => {
  test('in tools and in calls', async () => {
    const tools = [{ name: 'f', description: spaces }]
    const toolCalls = [{ id: '1', name: 'f', arguments: JSON.stringify(spaces) }]
    const messages = [
      { role: 'user' as const, content: 'hi' },
      { role: 'assistant' as const, content: '', toolCalls },
      { role: 'tool' as const, toolCallId: '1', content: 'done' },
    ]
    for (const request of [chatRequest('hi', { tools }), chatRequest('hi', { messages })]) {
      await expect(ask(inference, demo, request)).rejects.toMatchObject({
        code: 'context_length_exceeded',
        message: expect.stringContaining('at least'),
      })
    }
  })

  test('where there is no context that it must fit into', async () => {
    const backend = inference.backend(demo)
    await expect(backend.tokenize(spaces, { special: true }, never)).rejects.toMatchObject({
      code: 'request_too_large',
      hint: expect.any(String),
    })
  })

  test('in inputs and documents', async () => {
    const embed = inference.backend(embedding()).embed({ inputs: ['cat', spaces] }, never)
    await expect(embed).rejects.toMatchObject({ code: 'request_too_large' })
    const rank = inference.backend(ranking())
    await expect(rank.rerank({ query: 'a', documents: ['cat', spaces] }, never)).rejects.toMatchObject({
      code: 'request_too_large',
    })
    await expect(
      rank.rerank({ query: 'a'.repeat(100_000), documents: Array<string>(2048).fill('cat') }, never),
    ).rejects.toMatchObject({ code: 'context_length_exceeded', param: 'query' })
  })
})

const embedWords = (words: number) =>
  inference.backend(embedding()).embed({ inputs: ['a '.repeat(words)] }, never)
const rankWords = (words: number) =>
  inference.backend(ranking()).rerank({ query: 'a', documents: ['a '.repeat(words)] }, never)

test('a context is full with one token less than it has, and never a failure of the engine', async () => {
  await expect(embedWords(509)).resolves.toMatchObject({ promptTokens: 511 })
  await expect(embedWords(510)).rejects.toMatchObject({ code: 'context_length_exceeded' })
  await expect(rankWords(506)).resolves.toMatchObject({ promptTokens: 511 })
  await expect(rankWords(507)).rejects.toMatchObject({ code: 'context_length_exceeded' })
})

test('what is forbidden may be said where a grammar leaves no other token', async () => {
  const every = Object.fromEntries(Array.from({ length: 2048 }, (_, token) => [token, -100]))
  const request = chatRequest('hi', {
    sampling: { temperature: 1, topP: 1, logitBias: every },
    responseFormat: { type: 'json_schema', schema: { const: 'yes' } },
  })
  const before = await ask(inference, demo, chatRequest('hi', { maxTokens: 1 }))
  expect(before.reason).toBe('length')
  const pid = enginePid(inference, 'demo')
  await expect(ask(inference, demo, request)).resolves.toMatchObject({ text: '"yes"' })
  expect(enginePid(inference, 'demo')).toBe(pid)
})

test('vectors that nobody waits for any more are not made', async () => {
  const child = fork(workerPath, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  try {
    const send = (message: ToEngine) => void child.send(message)
    const outcome = Promise.withResolvers<string>()
    child.on('message', (raw) => {
      const message = fromEngineSchema.parse(raw)
      const inputs = Array<string>(2048).fill('paris is the capital of germany . '.repeat(60))
      if (message.type === 'loaded') send({ type: 'ask', id: '1', ask: { kind: 'embed', ask: { inputs } } })
      else if (message.type === 'accepted') send({ type: 'cancel', id: '1' })
      else if (message.type === 'events') outcome.resolve(message.events[0]?.type ?? '')
    })
    send({ type: 'load', path: embedding().path, options: {}, stateFolder: join(folder, 'state') })
    await expect(outcome.promise).resolves.toBe('cancelled')
  } finally {
    child.kill('SIGKILL')
  }
})

test('a model loads where conversations cannot be kept', async () => {
  const file = join(folder, 'no-folder')
  writeFileSync(file, '')
  await using without = openInference({ stateRoot: file })
  await expect(ask(without, demo, chatRequest('hi', { maxTokens: 2 }))).resolves.toMatchObject({
    reason: 'length',
  })
  await without.unload('demo')
  await until(() => without.state('demo').state === 'unloaded')
})
