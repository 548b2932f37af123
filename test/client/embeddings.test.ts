import { expect, test } from 'vitest'
import { parseAddress } from '../../src/client/address.ts'
import { createClient } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'
import { json, openFakeDaemon } from './fake-daemon.ts'

async function embed(body: unknown) {
  await using daemon = await openFakeDaemon({ answer: json(body) })
  const client = createClient(createHttpTransport({ address: parseAddress(daemon.address) }))
  const answer = await client.embed(
    { model: 'm', input: ['a', 'b'], dimensions: 1 },
    new AbortController().signal,
  )
  return { answer, sent: JSON.parse(daemon.requests[0]?.body ?? ''), path: daemon.requests[0]?.url }
}

test('vectors come in the order of the texts, without what a provider adds', async () => {
  const { answer, sent, path } = await embed({
    id: 'x',
    object: 'list',
    data: [
      { index: 1, embedding: [2], extra: true },
      { index: 0, embedding: [1] },
    ],
    model: 'm-2025',
    usage: { prompt_tokens: 4, cost: 1 },
  })
  expect(path).toBe('/v1/embeddings')
  expect(sent).toEqual({ model: 'm', input: ['a', 'b'], dimensions: 1, encoding_format: 'float' })
  expect(answer).toEqual({
    object: 'list',
    data: [
      { object: 'embedding', index: 0, embedding: [1] },
      { object: 'embedding', index: 1, embedding: [2] },
    ],
    model: 'm-2025',
    usage: { prompt_tokens: 4, total_tokens: 4 },
  })
})

test.each([{}, { data: [{ embedding: [1] }] }, { data: [{ embedding: 'AAAA' }, { embedding: [1] }] }])(
  '%j is no answer',
  async (body) => {
    await expect(embed(body)).rejects.toMatchObject({ code: 'upstream_error' })
  },
)
