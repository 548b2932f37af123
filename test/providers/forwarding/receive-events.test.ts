import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { receiveEvents } from '../../../src/providers/forwarding/receive-events.ts'
import { quoteName } from '../../../src/providers/forwarding/rename-model.ts'
import { streamEndOf } from '../../../src/providers/forwarding/stream-end.ts'
import { badAnswer } from '../../../src/providers/forwarding/upstream-failures.ts'
import { eventsOfAnswer } from '../../fixtures/openai-answers.ts'
import { collectAnswer } from './collect-answer.ts'

const seen = { path: '/chat/completions', model: 'alias', withUsage: false }
const sent = { ...seen, model: 'theirs', withUsage: true }

function open({ path = seen.path, stripUsage = true, preludeMs = 10_000 } = {}) {
  const answer = collectAnswer()
  const receiver = receiveEvents({
    provider: 'acme',
    sink: answer,
    status: 200,
    headers: {},
    name: quoteName('alias'),
    stripUsage,
    end: streamEndOf(path),
    preludeMs,
    firstByteMs: () => 1,
  })
  return { answer, receiver, push: (text: string | Buffer) => receiver.data(Buffer.from(text)) }
}

test.for(['/chat/completions', '/responses'])('%s: wherever it is cut, the client reads the same', (path) => {
  const bytes = Buffer.from(eventsOfAnswer({ ...sent, path }).join(''))
  const expected = eventsOfAnswer({ ...seen, path }).join('')
  for (let cut = 1; cut < bytes.length; cut += 1) {
    const { answer, receiver, push } = open({ path })
    push(bytes.subarray(0, cut))
    push(bytes.subarray(cut))
    expect(receiver.end()).toMatchObject({ kind: 'answered', usage: { promptTokens: 11 } })
    expect(answer.text).toBe(expected)
  }
})

test('cut into any pieces, with any ends of lines', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 10 })
  fc.assert(
    fc.property(sizes, fc.boolean(), (cuts, crlf) => {
      const ended = (text: string) => (crlf ? text.replaceAll('\n', '\r\n') : text)
      const bytes = Buffer.from(ended(eventsOfAnswer(sent).join('')))
      const { answer, receiver, push } = open()
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = cuts[turn % cuts.length] ?? 1
        push(bytes.subarray(at, at + size))
        at += size
      }
      receiver.end()
      expect(answer.text).toBe(ended(eventsOfAnswer(seen).join('')))
    }),
    { numRuns: 50 },
  )
})

test('an event is passed on when it is whole, and not before', () => {
  const { answer, push } = open()
  push('data: {"a":1}\n')
  expect(answer.status).toBeNull()
  push('\ndata: {"b":')
  expect(answer.text).toBe('data: {"a":1}\n\n')
  push('2}\r\n')
  expect(answer.text).toBe('data: {"a":1}\n\n')
  push('\r\n')
  expect(answer.text).toBe('data: {"a":1}\n\ndata: {"b":2}\r\n\r\n')
})

test('comments open no answer, but are not kept for long', async () => {
  const { answer, push } = open({ preludeMs: 30 })
  push(': working on it\n\n')
  expect(answer.status).toBeNull()
  await vi.waitFor(
    () => {
      push(': still\n\n')
      expect(answer.status).toBe(200)
    },
    { timeout: 10_000, interval: 10 },
  )
  expect(answer.text).toMatch(/^: working on it\n\n(?:: still\n\n)+$/)
})

test('comments stand where they stood', () => {
  const { answer, receiver, push } = open()
  push(': one\n\n')
  push('data: {"a":1}\n\n: two\n\n')
  push(': three\n\n')
  push('data: [DONE]\n\n')
  push(': four\n\n')
  expect(receiver.end()).toMatchObject({ kind: 'answered' })
  expect(answer.text).toBe(': one\n\ndata: {"a":1}\n\n: two\n\n: three\n\ndata: [DONE]\n\n: four\n\n')
})

test.for([
  ['/chat/completions', 'data: [DONE]'],
  ['/completions', 'data:[DONE]\n'],
  ['/responses', 'event: response.completed\ndata: {"type":"response.completed"}\n'],
  ['/responses', 'data: {"type": "response.incomplete", "response": {}}'],
  ['/responses', 'data: {"type":"response.failed"}\n\n'],
  ['/responses', 'event: error\ndata: {"message":"no"}\n\n'],
  ['/elsewhere', 'data: {"last":true}\n\n'],
] as const)('%s may end with %j', ([path, last]) => {
  const { answer, receiver, push } = open({ path })
  push('data: {"a":1}\n\n')
  push(last)
  expect(receiver.end()).toMatchObject({ kind: 'answered' })
  expect(answer).toMatchObject({ text: `data: {"a":1}\n\n${last}`, over: 'end' })
})

test.for([
  ['/chat/completions', 'data: {"content":"data: [DONE]"}\n\n'],
  ['/chat/completions', 'data: [DONE'],
  ['/responses', 'data: [DON]\n\n'],
  ['/responses', 'data: {"type":"response.output_text.delta","delta":"response.completed"}\n\n'],
])('%s may not end with %j', ([path = '', last = '']) => {
  const { receiver, push } = open({ path })
  push('data: {"a":1}\n\n')
  push(last)
  expect(() => receiver.end()).toThrow('The answer of acme ended before it was complete.')
})

test('what breaks after its end has ended', () => {
  const { answer, receiver, push } = open()
  push('data: {"a":1}\n\n')
  push('data: [DONE]\n\n')
  expect(receiver.broken(badAnswer('acme', 'broke off'))).toMatchObject({ kind: 'answered' })
  expect(answer.over).toBe('end')
})

test('of a stream that is abandoned it is told what is known of its usage', () => {
  const { answer, receiver, push } = open()
  push('data: {"choices":[{}]}\n\n')
  receiver.abandoned?.()
  expect(answer.usage).toBeUndefined()
  push('data: {"choices":[{}],"usage":{"prompt_tokens":3,"completion_tokens":1}}\n\n')
  receiver.abandoned?.()
  expect(answer.usage).toMatchObject({ promptTokens: 3, completionTokens: 1 })
  expect(answer.over).toBeUndefined()
})

test('only what was asked for is taken out', () => {
  const { answer, push } = open()
  const events = [
    'data: {"usage":null,"choices":[]}\n\n',
    'data: {"choices":[],"prompt_filter_results":[1],"usage" : null , "x":1}\n\n',
    'data: {"choices":[{"delta":{"usage":null}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\n',
    'data: {"choices":[{"delta":{"content":"\\"usage\\":null"}}]}\n\n',
    'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4},"model":"theirs"}\n\n',
    'data: {"choices":[],"usage":"none"}\n\n',
  ]
  push(events.join(''))
  expect(answer.text).toBe(
    [
      'data: {"choices":[]}\n\n',
      'data: {"choices":[],"prompt_filter_results":[1] , "x":1}\n\n',
      events[2],
      events[3],
      events[5],
    ].join(''),
  )
})

test.for([
  '<html>',
  '{"error":{"message":"no"}}\n\n',
  'HTTP/1.1 400 Bad Request\r\n\r\n',
  '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0',
])('what begins with %j is no stream of events', (text) => {
  const { answer, push } = open()
  expect(() => {
    push(text)
    push('                ')
  }).toThrow('The answer of acme is not a stream of events.')
  expect(answer.status).toBeNull()
})
