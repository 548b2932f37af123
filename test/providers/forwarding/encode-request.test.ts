import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeRequest, lacksStreamUsage } from '../../../src/providers/forwarding/encode-request.ts'
import type { ForwardRequest } from '../../../src/providers/upstream.ts'

function asking(body: string, changes: Partial<ForwardRequest> = {}): ForwardRequest {
  const parsed: Record<string, unknown> = JSON.parse(body)
  return {
    path: '/chat/completions',
    body: Buffer.from(body),
    parsed,
    model: 'theirs',
    clientModel: String(parsed['model']),
    stream: parsed['stream'] === true,
    ...changes,
  }
}

const encode = (body: string, withUsage = false) => encodeRequest(asking(body), withUsage).toString()

test('only the name of the model is replaced; spaces, order and numbers stay as they were', () => {
  const body = '{ "seed": 12345678901234567890, "model" : "ours" ,"x":1.0, "messages":[ ] }'
  expect(encode(body)).toBe(body.replace('"ours"', '"theirs"'))
})

test('usage is asked for at the beginning', () => {
  expect(encode('  {"model":"ours","stream":true}', true)).toBe(
    '  {"stream_options":{"include_usage":true},"model":"theirs","stream":true}',
  )
})

test('what the client said of its stream is kept', () => {
  const body =
    '{"model":"ours","stream":true,"stream_options":{"include_usage":false,"include_obfuscation":false}}'
  expect(JSON.parse(encode(body, true))).toEqual({
    model: 'theirs',
    stream: true,
    stream_options: { include_usage: true, include_obfuscation: false },
  })
})

test.for([
  '{"model":"ours","model":"secret"}',
  '{"model":"secret","mod\\u0065l":"ours"}',
  '{"mod\\u0065l":"ours","metadata":{"model":"x"}}',
  '{"\\u006Dodel":"ours","model":"ours"}',
  '{"model":"ours","tools":[{"parameters":{"properties":{"model":{"type":"string"}}}}]}',
  '{"role":"model","model":"ours"}',
  '{"content":"\\"model","model":"ours"}',
])('%s reaches the upstream with one model, its own', (body) => {
  const sent = encode(body)
  expect(JSON.parse(sent)).toEqual({ ...JSON.parse(body), model: 'theirs' })
  expect(sent).not.toContain('secret')
  expect(sent.match(/"model":"(?:ours|secret)"/)).toBeNull()
})

test('whatever else is in the body arrives', () => {
  const other = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))
  const spaces = fc.constantFrom(undefined, 1, '\t')
  fc.assert(
    fc.property(
      other,
      fc.string(),
      fc.string(),
      spaces,
      fc.boolean(),
      (rest, ours, theirs, space, withUsage) => {
        const body = JSON.stringify({ ...rest, model: ours, end: 1 }, null, space)
        const sent = JSON.parse(encodeRequest(asking(body, { model: theirs }), withUsage).toString())
        const options = JSON.parse(body)['stream_options']
        expect(sent).toEqual({
          ...JSON.parse(body),
          model: theirs,
          ...(withUsage && { stream_options: { ...Object(options), include_usage: true } }),
        })
      },
    ),
  )
})

test.for([
  ['/chat/completions', {}, true],
  ['/completions', { stream_options: { include_usage: false } }, true],
  ['/completions', { stream_options: null }, true],
  ['/chat/completions', { stream_options: { include_usage: true } }, false],
  ['/responses', {}, false],
] as const)('a stream of %s with %o lacks usage: %s', ([path, options, lacks]) => {
  const body = JSON.stringify({ model: 'ours', stream: true, ...options })
  expect(lacksStreamUsage(asking(body, { path }))).toBe(lacks)
})

test('an answer that is no stream has its usage anyway', () => {
  expect(lacksStreamUsage(asking('{"model":"ours"}'))).toBe(false)
})
