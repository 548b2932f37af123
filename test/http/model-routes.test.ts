import { describe, expect, it } from 'vitest'
import { LlmdError } from '../../src/errors.ts'
import { call } from './call.ts'
import { fakeApp, fakeBackend, keys } from './fake-services.ts'

const least = {
  '/v1/completions': { prompt: 'a' },
  '/v1/embeddings': { input: 'a' },
  '/v1/rerank': { query: 'q', documents: ['a'] },
  '/tokenize': { content: 'a' },
  '/v1/tokenize': { content: 'a' },
  '/detokenize': { tokens: [1] },
  '/v1/detokenize': { tokens: [1] },
  '/apply-template': { messages: [{ role: 'user', content: 'hi' }] },
  '/v1/apply-template': { messages: [{ role: 'user', content: 'hi' }] },
}

const backend = fakeBackend({
  rerank: async ({ documents }) => ({ scores: documents.map((text) => text.length / 10), promptTokens: 9 }),
  tokenize: async (content, { special }) => [content.length, special ? 1 : 0],
  detokenize: async (tokens) => tokens.join('-'),
  renderPrompt: async ({ messages, tools }) => JSON.stringify({ messages, tools }),
})

const post = (path: string, json: object, { key = keys.llm, fake = fakeApp({ backend }) } = {}) =>
  call(fake, { method: 'POST', path, key, json: { model: 'test/model', ...json } })

describe('POST /v1/rerank', () => {
  it('names the documents, the most relevant first', async () => {
    const json = { query: 'q', documents: ['a', { text: 'bbb' }, 'cc'], top_n: 2, return_documents: true }
    expect(await post('/v1/rerank', json)).toMatchObject({
      status: 200,
      body: {
        id: expect.stringMatching(/^req_/),
        object: 'list',
        model: 'test/model',
        results: [
          { index: 1, relevance_score: 0.3, document: { text: 'bbb' } },
          { index: 2, relevance_score: 0.2, document: { text: 'cc' } },
        ],
        usage: { prompt_tokens: 9, total_tokens: 9 },
      },
    })
  })
})

it.each(['/v1/rerank', '/tokenize', '/detokenize', '/apply-template'] as const)(
  'POST %s names the fields that it dropped',
  async (path) => {
    const { status, headers } = await post(path, { ...least[path], mirostat: 2 })
    expect(status).toBe(200)
    expect(headers.get('x-llmd-dropped-params')).toBe('mirostat')
  },
)

describe.each(['', '/v1'])('the prompt tools under "%s"', (prefix) => {
  it('tokenize', async () => {
    expect((await post(`${prefix}/tokenize`, { content: 'abc' })).body).toEqual({ tokens: [3, 1] })
    const plain = await post(`${prefix}/tokenize`, { content: 'abc', parse_special: false })
    expect(plain.body).toEqual({ tokens: [3, 0] })
  })

  it('detokenize', async () => {
    expect((await post(`${prefix}/detokenize`, { tokens: [1, 2] })).body).toEqual({ content: '1-2' })
  })

  it('apply a template', async () => {
    const messages = [{ role: 'user', content: 'hi' }]
    const tools = [{ type: 'function', function: { name: 'now' } }]
    const { body } = await post(`${prefix}/apply-template`, { messages, tools })
    expect(JSON.parse(body.prompt)).toEqual({ messages, tools: [{ name: 'now' }] })
  })
})

describe.each(Object.entries(least))('POST %s', (path, json) => {
  it('needs the scope', async () => {
    expect(await post(path, json, { key: keys.admin })).toMatchObject({
      status: 403,
      body: { error: { code: 'permission_denied' } },
    })
  })

  it('does not know other models', async () => {
    expect(await post(path, { ...json, model: 'other' })).toMatchObject({
      status: 404,
      body: { error: { code: 'model_not_found', param: 'model' } },
    })
  })

  it('names the field at fault', async () => {
    expect(await post(path, { ...json, model: 5 })).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_request', param: 'model' } },
    })
  })

  it('says where a model cannot do it', async () => {
    expect(await post(path, json, { fake: fakeApp() })).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_request_error', code: 'unsupported_by_model' } },
    })
  })

  it('takes nothing new while llmd drains', async () => {
    const fake = fakeApp({ backend })
    await fake.requests.drain({ graceMs: 0, reason: new LlmdError('shutting_down', 'Bye.') })
    expect(await post(path, json, { fake })).toMatchObject({
      status: 503,
      body: { error: { code: 'shutting_down' } },
    })
  })
})
