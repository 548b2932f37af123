import { expect, it, onTestFinished } from 'vitest'
import type { Principal } from '../../src/access/token-store.ts'
import { withoutToken } from '../../src/access/without-token.ts'
import { createFrontApp } from '../../src/http/create-front-app.ts'
import { listenTcp } from '../../src/http/listen.ts'
import { fakeApp } from './fake-services.ts'

const limits = { rpm: 1, tpm: null, creditsUntil: null, budget: null }

it.each<[string, Partial<Principal>, boolean]>([
  ['no limits', {}, true],
  ['limits', { limits }, false],
  ['some models', { models: new Set(['test/model']) }, false],
  ['a deployment', { deploymentId: 'dep_1' }, false],
])('a token with %s is answered by a front itself: %j %s', async (_, difference, isOwn) => {
  const { services, requests } = fakeApp()
  const app = createFrontApp({
    ...services,
    requests,
    conclude() {},
    tokens: { verify: () => ({ ...withoutToken(['llm-all']), tokenId: 'id', ...difference }) },
    host: { allowedHosts: [] },
    auth: { missingTokenStatus: 401 },
    body: { maxBytes: 1000 },
    hasIssuers: () => false,
    isForwarded: () => true,
    handOver: { answer: async () => new Response('handed over'), [Symbol.dispose]() {} },
  })
  const listener = await listenTcp({ app, host: '127.0.0.1', port: 0 })
  onTestFinished(() => listener.close())
  const answer = await fetch(`${listener.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer key' },
    body: JSON.stringify({ model: 'test/model', messages: [{ role: 'user', content: 'hi' }] }),
  })
  expect((await answer.text()) === 'handed over').toBe(!isOwn)
})
