import { describe, expect, it, test } from 'vitest'
import { errorCatalogue, type ErrorCode } from '../../../src/errors.ts'
import { createDocument } from '../../../src/http/openapi/create-document.ts'
import { errorsOf } from '../../../src/http/openapi/describe-operation.ts'
import { operationGroups } from '../../../src/http/openapi/operation-groups.ts'
import { surfaceOf } from '../../../src/http/render-error.ts'
import { call } from '../call.ts'
import { fakeApp, keys, speaking } from '../fake-services.ts'
import { openDocument } from './open-document.ts'

const document = createDocument()
const { refusal } = openDocument(document)

const operations = operationGroups.flatMap((group) =>
  Object.entries(group.operations).map(([endpoint, operation]) => ({ endpoint, group, operation })),
)

/** A request as the document shows it, to the model that the fake app has. */
function request(endpoint: string, example: unknown) {
  const [method = '', path = ''] = endpoint.split(' ')
  const asked = {
    method,
    path: path.replaceAll(/:\w+\{[^}]*\}/g, 'test/model').replaceAll(/:\w+/g, 'test%2Fmodel'),
  }
  if (example === undefined) return asked
  const json = { ...Object(example) }
  if ('model' in json) json.model = 'test/model'
  return { ...asked, json }
}

test('anyone may read the document', async () => {
  const { status, headers, body } = await call(fakeApp(), { path: '/openapi.json' })
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('application/json')
  expect(body).toEqual(JSON.parse(JSON.stringify(document)))
})

describe.each(operations)('$endpoint', ({ endpoint, group, operation }) => {
  const asked = request(endpoint, operation.body?.example)
  const { scope } = group

  it('asks for the token that the document says', async () => {
    const fake = fakeApp()
    if (!scope) return expect((await call(fake, asked)).status).toBe(200)
    expect((await call(fake, asked)).status).toBe(401)
    const other = scope === 'llm-all' ? keys.admin : keys.llm
    expect((await call(fake, { ...asked, key: other })).status).toBe(403)
  })

  it('answers as the document says', async () => {
    // Streams of what happens have no end here, and files no schema.
    if (!operation.answer.json) return
    const { status, body } = await call(fakeApp(), { ...asked, key: keys.all })
    if (status < 400) {
      expect(status).toBe(operation.answer.status ?? 200)
      expect(refusal(operation.answer.json?.schema, body)).toBe(null)
    } else {
      const surface = surfaceOf(asked.path)
      const code: ErrorCode = body.error.code
      expect([...errorsOf(operation, group, surface)]).toContain(code)
      expect(status).toBe(errorCatalogue[code].status)
      expect(refusal(surface === 'admin' ? 'AdminError' : 'Error', body)).toBe(null)
    }
  })
})

test('the events of a chat are as the document says', async () => {
  const fake = fakeApp({ backend: speaking('Hello', ' there') })
  const response = await fake.app.fetch(
    new Request('http://127.0.0.1:5563/v1/chat/completions', {
      method: 'POST',
      headers: { authorization: `Bearer ${keys.llm}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'test/model',
        messages: [{ role: 'user', content: 'Hello' }],
        stream: true,
        stream_options: { include_usage: true },
      }),
    }),
    { via: 'in-process' },
  )
  const datas = Array.from((await response.text()).matchAll(/^data: (\{.*)$/gm), ([, json = '']) =>
    JSON.parse(json),
  )
  expect(datas.length).toBeGreaterThan(3)
  for (const data of datas) expect(refusal('CreateChatCompletionEvent', data)).toBe(null)
})
