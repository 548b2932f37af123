import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EngineOptions, Inference } from '../../src/inference/inference.ts'
import { scriptText } from '../fixtures/gguf/scripts.ts'
import { scriptedModel, type TemporaryModel } from '../fixtures/models.ts'
import { ask, chatRequest, demoModelPath, openInference } from './local-inference.ts'

let file: TemporaryModel
let inference: Inference

beforeAll(() => {
  file = scriptedModel()
  inference = openInference()
})

afterAll(async () => {
  await inference[Symbol.asyncDispose]()
  file[Symbol.dispose]()
})

async function say(path: string, options: EngineOptions, question: string): Promise<string> {
  const model = { name: JSON.stringify(options), path, options: { ...options, slots: 1 } }
  const { text } = await ask(inference, model, chatRequest(question, { maxTokens: 60 }))
  await inference.unload(model.name)
  return text
}

test.each<EngineOptions>([
  { kvType: 'f32' },
  { kvType: 'q8_0' },
  { kvType: 'q8_0', flashAttention: true },
  { flashAttention: false },
  { gpu: 'off', threads: 1 },
])('a model answers with %j', async (options) => {
  await expect(say(file.path, options, 'hi')).resolves.toBe(scriptText('greeting'))
})

describe('scaled positions', () => {
  const question = 'What can you do, and how do I start?'
  let plain: string

  beforeAll(async () => {
    plain = await say(demoModelPath, {}, question)
  })

  test.each<EngineOptions>([
    { ropeScaling: { type: 'linear', factor: 16 } },
    { ropeScaling: { type: 'yarn', factor: 16, originalContext: 64 } },
  ])('are heard by the model: %j', async (options) => {
    await expect(say(demoModelPath, options, question)).resolves.not.toBe(plain)
  })

  test('by a factor of one change nothing', async () => {
    const options: EngineOptions = { ropeScaling: { type: 'linear', factor: 1 } }
    await expect(say(demoModelPath, options, question)).resolves.toBe(plain)
  })
})

test.each([tmpdir(), '/nowhere.gguf', '/dev/null'])(
  'an adapter that is no file is refused: %s',
  async (path) => {
    await expect(say(file.path, { lora: [{ path, scale: 1 }] }, 'hi')).rejects.toMatchObject({
      code: 'model_load_failed',
      message: expect.stringContaining(path),
    })
  },
)
