import { expect, test } from 'vitest'
import type { RequestDefaults } from '../../src/chat/request-defaults.ts'
import type { ChatRequest, CompletionRequest } from '../../src/chat/request.ts'
import type { RoutedModel } from '../../src/routing/router.ts'
import type { Target } from '../../src/routing/target.ts'
import { connectionTo, openUpstream, startFaults } from '../providers/forwarding/open-upstream.ts'
import { call, overTcp } from './call.ts'
import { fakeApp, fakeBackend, keys, textDelta, usage } from './fake-services.ts'

const system = 'Be brief.'
const hi = { role: 'user', content: 'hi' }

/** The models `plain`, of a provider, `fast`, its like with defaults, `here`, a local one with the same, and `best`. */
async function startHouse(defaults: RequestDefaults) {
  const server = await startFaults({ paceMs: 0 })
  const upstream = openUpstream(connectionTo(server.baseUrl, { asksForStreamUsage: true }))
  const chats: ChatRequest[] = []
  const completions: CompletionRequest[] = []
  const backend = fakeBackend({
    async *stream(request) {
      chats.push(request)
      yield textDelta('hello')
      yield { type: 'choice-finish', choice: 0, reason: 'stop' }
      yield { type: 'finish', usage }
    },
    async *complete(request) {
      completions.push(request)
      yield { type: 'choice-finish', choice: 0, reason: 'stop' }
      yield { type: 'finish', usage }
    },
    embed: async () => ({ vectors: [[1]], promptTokens: 1 }),
    renderPrompt: async ({ messages }) => JSON.stringify(messages),
  })
  const models: Record<string, Target | RoutedModel> = {
    plain: { kind: 'remote', provider: 'acme', model: 'good' },
    fast: { kind: 'remote', provider: 'acme', model: 'good', defaults },
    here: { kind: 'local', model: 'here', backend, defaults },
    best: {
      kind: 'routed',
      strategy: 'fallback',
      targets: [{ model: 'fast', weight: 1 }],
      defaults: { temperature: 2, params: { seed: 1 } },
    },
  }
  const fake = fakeApp({ find: (name) => models[name], upstream: () => upstream })
  const ask = (path: string, json: object) => call(fake, { method: 'POST', path, key: keys.llm, json })
  const sent = () => server.requests.map(({ body }): unknown => JSON.parse(body))
  return { fake, ask, sent, server, chats, completions }
}

const defaults: RequestDefaults = { system, temperature: 0.2, params: { seed: 7, max_tokens: 9 } }

test('a forwarded request has the defaults for what it does not say', async () => {
  const { ask, sent } = await startHouse(defaults)
  expect((await ask('/v1/chat/completions', { model: 'fast', messages: [hi] })).status).toBe(200)
  await ask('/v1/chat/completions', { model: 'fast', messages: [hi], temperature: 1, vendor: { a: 1 } })
  await ask('/v1/completions', { model: 'fast', prompt: 'a' })
  await ask('/v1/responses', { model: 'fast', input: 'a' })
  await ask('/v1/embeddings', { model: 'fast', input: 'a' })
  const messages = [{ role: 'system', content: system }, hi]
  expect(sent()).toEqual([
    { model: 'good', messages, temperature: 0.2, seed: 7, max_tokens: 9 },
    { model: 'good', messages, temperature: 1, seed: 7, max_tokens: 9, vendor: { a: 1 } },
    { model: 'good', prompt: 'a', temperature: 0.2, seed: 7, max_tokens: 9 },
    { model: 'good', input: 'a', instructions: system, temperature: 0.2, max_output_tokens: 9 },
    { model: 'good', input: 'a' },
  ])
})

test('a streamed one too, and its usage is asked for as ever', async () => {
  const { fake, sent } = await startHouse(defaults)
  const request = new Request('http://127.0.0.1:5563/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: `Bearer ${keys.llm}` },
    body: JSON.stringify({ model: 'fast', stream: true, messages: [hi] }),
  })
  expect(await (await fake.app.fetch(request, overTcp)).text()).toContain('[DONE]')
  expect(sent()).toMatchObject([
    {
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.2,
      messages: [{ content: system }, hi],
    },
  ])
})

test('what says everything, and what has no defaults, goes on byte for byte', async () => {
  const { ask, server } = await startHouse({ temperature: 0.2 })
  for (const model of ['plain', 'fast']) {
    await ask('/v1/chat/completions', { messages: [hi], model, temperature: 1e-1, big: 1e21 })
  }
  const expected = JSON.stringify({ messages: [hi], model: 'good', temperature: 1e-1, big: 1e21 })
  expect(server.requests.map(({ body }) => body)).toEqual([expected, expected])
})

test('of a routed model its own come first, then those of the target', async () => {
  const { ask, sent } = await startHouse(defaults)
  await ask('/v1/chat/completions', { model: 'best', messages: [hi], max_tokens: 3 })
  expect(sent()).toEqual([
    {
      model: 'good',
      messages: [{ role: 'system', content: system }, hi],
      max_tokens: 3,
      temperature: 2,
      seed: 1,
    },
  ])
})

test('a local model answers with them', async () => {
  const { ask, chats, completions } = await startHouse(defaults)
  await ask('/v1/chat/completions', { model: 'here', messages: [hi], seed: 3 })
  await ask('/v1/completions', { model: 'here', prompt: 'a' })
  const messages = [{ role: 'system', content: system }, hi]
  expect(chats).toMatchObject([{ messages, maxTokens: 9, sampling: { temperature: 0.2, seed: 3 } }])
  expect(completions).toMatchObject([{ prompt: 'a', maxTokens: 9, sampling: { temperature: 0.2, seed: 7 } }])
  expect((await ask('/v1/embeddings', { model: 'here', input: 'a' })).status).toBe(200)
  const shown = await ask('/apply-template', { model: 'here', messages: [hi] })
  expect(shown.body).toEqual({ prompt: JSON.stringify(messages) })
})
