import { OpenAI } from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Listener, listenTcp } from '../../src/http/listen.ts'
import type { Inference } from '../../src/inference/inference.ts'
import { demoModelPath, openInference } from '../inference/local-inference.ts'
import { fakeApp, keys } from './fake-services.ts'

let inference: Inference
let listener: Listener
let client: OpenAI

beforeAll(async () => {
  inference = openInference()
  const backend = inference.backend({
    name: 'demo',
    path: demoModelPath,
    options: { threads: 1, context: 512 },
  })
  listener = await listenTcp({ app: fakeApp({ backend }).app, host: '127.0.0.1', port: 0 })
  client = new OpenAI({ baseURL: `${listener.url}/v1`, apiKey: keys.llm, maxRetries: 0 })
})

afterAll(async () => {
  await listener.close()
  await inference[Symbol.asyncDispose]()
})

const prompt = 'llmd is a daemon: é☕!'
const asked = { model: 'test/model', prompt, echo: true, temperature: 0 }

describe("log-probabilities of a prompt, by OpenAI's client", () => {
  it('come with the echo alone', async () => {
    const { choices, usage } = await client.completions.create({ ...asked, max_tokens: 0, logprobs: 5 })
    const [choice] = choices
    const { tokens = [], token_logprobs = [], top_logprobs = [], text_offset = [] } = choice?.logprobs ?? {}
    expect(choice?.text).toBe(prompt)
    expect(usage).toMatchObject({ prompt_tokens: tokens.length, completion_tokens: 0 })
    expect(token_logprobs[0]).toBeNull()
    expect(top_logprobs[0]).toBeNull()
    for (const [index, token] of tokens.entries()) {
      if (index === 0) continue
      expect(token_logprobs[index]).toBeLessThanOrEqual(0)
      const top = top_logprobs[index] ?? {}
      expect(Object.keys(top).length).toBeLessThanOrEqual(6)
      expect(Math.max(...Object.values(top))).toBeGreaterThanOrEqual(token_logprobs[index] ?? 0)
      if (!token.includes('\uFFFD')) expect(top).toHaveProperty([token])
    }
    const characters = Array.from(prompt)
    for (const [index, token] of tokens.entries()) {
      const offset = text_offset[index] ?? NaN
      const here = characters.slice(offset, offset + Array.from(token).length).join('')
      if (!token.includes('\uFFFD')) expect(here).toBe(token)
    }
    expect(text_offset.at(-1)).toBe(characters.length - 1)
  })

  it('come for several prompts of tokens and one token of an answer, as evaluation harnesses ask', async () => {
    const { tokens } = await client.post<{ tokens: number[] }>('/tokenize', {
      body: { model: 'test/model', content: prompt },
    })
    const prompts = [tokens, tokens.slice(0, 4)]
    const { choices } = await client.completions.create({
      ...asked,
      prompt: prompts,
      max_tokens: 1,
      logprobs: 1,
      seed: 1234,
    })
    expect(choices.map(({ logprobs }) => logprobs?.token_logprobs?.length)).toEqual([tokens.length + 1, 5])
    const [long, short] = choices.map(({ logprobs }) => logprobs?.token_logprobs?.slice(0, 4))
    for (const [index, logprob] of (short ?? []).entries())
      expect(logprob ?? 0).toBeCloseTo(long?.[index] ?? 0, 1)
  })

  it('are the same streamed', async () => {
    const request = { ...asked, max_tokens: 3, logprobs: 2 }
    const whole = await client.completions.create(request)
    const found = { text: '', token_logprobs: [] as (number | null)[], text_offset: [] as number[] }
    for await (const { choices } of await client.completions.create({ ...request, stream: true })) {
      found.text += choices[0]?.text ?? ''
      found.token_logprobs.push(...(choices[0]?.logprobs?.token_logprobs ?? []))
      found.text_offset.push(...(choices[0]?.logprobs?.text_offset ?? []))
    }
    expect(whole.choices[0]).toMatchObject({ text: found.text, logprobs: { text_offset: found.text_offset } })
    expect(found.text.startsWith(prompt)).toBe(true)
    expect(found.token_logprobs).toHaveLength(whole.choices[0]?.logprobs?.token_logprobs?.length ?? NaN)
  })
})
