import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Inference, LocalModel } from '../../src/inference/inference.ts'
import { ask, chatRequest, demoModelPath, openInference } from './local-inference.ts'

const demo: LocalModel = { name: 'llmd-demo', path: demoModelPath, options: {} }
let inference: Inference

beforeAll(() => {
  inference = openInference()
})

afterAll(() => inference[Symbol.asyncDispose]())

describe('the built-in model knows its way about', () => {
  test.each([
    ['what is llmd?', /LLM daemon.*language models.*OpenAI-compatible/i],
    ['how do I add a provider?', /`llmd providers add /],
    ['who are you?', /demo model/i],
    ['how do I create a token?', /`llmd tokens create /],
    ['how do I load a model?', /`llmd models load /],
    ['which port does llmd use?', /\b5563\b/],
    ['how do I stop the daemon?', /`llmd stop`/],
    ['what is the capital of France?', /do not know/i],
  ])('%s', async (question, substance) => {
    const { text, reason } = await ask(inference, demo, chatRequest(question))
    expect(text).toMatch(substance)
    expect(reason).toBe('stop')
  })
})

test('goes on with a conversation, most of which is cached', async () => {
  const first = await ask(inference, demo, chatRequest('what is llmd?'))
  const second = await ask(
    inference,
    demo,
    chatRequest('', {
      messages: [
        { role: 'user', content: 'what is llmd?' },
        { role: 'assistant', content: first.text },
        { role: 'user', content: 'thanks' },
      ],
    }),
  )
  expect(second.text).not.toBe('')
  const before = first.usage.promptTokens + first.usage.completionTokens
  expect(second.usage.cachedTokens).toBeGreaterThanOrEqual(first.usage.promptTokens)
  expect(second.usage.cachedTokens).toBeLessThanOrEqual(before)
  expect(second.usage.promptTokens).toBeGreaterThan(before)
})
