import { describe, expect, it } from 'vitest'
import type { ChatEvent } from '../../src/chat/event.ts'
import type { CompletionRequest } from '../../src/chat/request.ts'
import { LlmdError } from '../../src/errors.ts'
import { call } from './call.ts'
import { fakeApp, fakeBackend, keys, usage } from './fake-services.ts'

const complete = (backend: ReturnType<typeof fakeBackend>, json: object) =>
  call(fakeApp({ backend }), {
    method: 'POST',
    path: '/v1/completions',
    key: keys.llm,
    json: { model: 'test/model', ...json },
  })

/** Answers each choice with the prompt and the choice's number. */
function echoing() {
  const seen: CompletionRequest[] = []
  const backend = fakeBackend({
    async *complete(request): AsyncGenerator<ChatEvent> {
      seen.push(request)
      for (let choice = 0; choice < request.choices; choice += 1) {
        yield { choice, type: 'text-delta', text: `${request.prompt.toString()}${choice}` }
        yield { choice, type: 'choice-finish', reason: 'length' }
      }
      yield { type: 'finish', usage }
    },
  })
  return { backend, seen }
}

describe('POST /v1/completions', () => {
  it('answers several prompts, choices numbered prompt by prompt, usage added up', async () => {
    const { backend, seen } = echoing()
    const { status, headers, body } = await complete(backend, { prompt: ['a', 'b'], n: 2, mirostat: 2 })
    expect(status).toBe(200)
    expect(headers.get('x-llmd-dropped-params')).toBe('mirostat')
    expect(body).toMatchObject({
      id: expect.stringMatching(/^cmpl-.{24,}$/),
      object: 'text_completion',
      model: 'test/model',
      usage: { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 },
    })
    expect(body.choices.map(({ index, text }: { index: number; text: string }) => [index, text])).toEqual([
      [0, 'a0'],
      [1, 'a1'],
      [2, 'b0'],
      [3, 'b1'],
    ])
    expect(seen.map(({ prompt, maxTokens, choices }) => ({ prompt, maxTokens, choices }))).toEqual([
      { prompt: 'a', maxTokens: 16, choices: 2 },
      { prompt: 'b', maxTokens: 16, choices: 2 },
    ])
  })

  it('reads prompts of tokens', async () => {
    const { backend, seen } = echoing()
    expect((await complete(backend, { prompt: [1, 2] })).status).toBe(200)
    expect(seen.map(({ prompt }) => prompt)).toEqual([[1, 2]])
  })

  it('fails as a whole where one prompt fails', async () => {
    const { backend } = echoing()
    const failing = fakeBackend({
      async *complete(request, signal) {
        if (request.prompt === 'b') throw new LlmdError('context_length_exceeded', 'Too long.')
        yield* backend.complete(request, signal)
      },
    })
    expect(await complete(failing, { prompt: ['a', 'b'] })).toMatchObject({
      status: 400,
      body: { error: { code: 'context_length_exceeded' } },
    })
  })

  it('takes a backend that breaks off for a failure', async () => {
    const backend = fakeBackend({
      async *complete() {
        yield { choice: 0, type: 'text-delta', text: 'a' }
      },
    })
    expect(await complete(backend, { prompt: 'a' })).toMatchObject({
      status: 500,
      body: { error: { code: 'engine_failed' } },
    })
  })
})
