import { expect, test } from 'vitest'
import { createUpstream } from '../../src/providers/create-upstream.ts'
import { tryProvider } from '../../src/providers/try-provider.ts'
import { answerJson, openFakeProvider } from '../fixtures/fake-provider.ts'

const deadlines = { connect: 2000, firstByte: 5000, idle: 5000, total: 10_000 }

test.each(['o9', undefined])(
  'its connection is there for further requests of a trial (%s)',
  async (model) => {
    const provider = await openFakeProvider({ models: ['o9'] })
    provider.answers.chat = (request, response) => {
      const isRight = 'max_completion_tokens' in JSON.parse(request.body)
      const error = { message: "Use 'max_completion_tokens' instead." }
      answerJson(isRight ? 200 : 400, isRight ? { choices: [{}] } : { error })(request, response)
    }
    const tried = await tryProvider({
      connection: {
        provider: 'fake',
        baseUrl: provider.baseUrl,
        auth: { header: 'authorization', prefix: 'Bearer ' },
        key: null,
        headers: {},
        proxy: null,
        ca: null,
        socket: null,
        allowPrivate: true,
        asksForStreamUsage: true,
      },
      connect: (connection) => createUpstream(connection, deadlines),
      model,
      suggested: [],
      signal: new AbortController().signal,
    })
    expect(tried).toMatchObject({ ok: true, attempts: 2, failure: null })
  },
)
