import { expect, test } from 'vitest'
import { JsonReceiver } from '../../../src/providers/forwarding/receive-json.ts'
import { quoteName } from '../../../src/providers/forwarding/rename-model.ts'
import { collectAnswer } from './collect-answer.ts'

const megabyte = Buffer.alloc(1024 ** 2, ' ')

function open() {
  const answer = collectAnswer()
  let bytes = 0
  const sink = {
    ...answer,
    // A quarter of a gigabyte need not be kept to be counted.
    write(chunk: Uint8Array) {
      bytes += chunk.length
      return true
    },
    fail: (error: unknown) => Object.assign(answer, { over: error }),
  }
  const receiver = new JsonReceiver({
    provider: 'acme',
    sink,
    status: 200,
    headers: {},
    name: quoteName('alias'),
    firstByteMs: () => 1,
  })
  return { receiver, bytes: () => bytes, abandoned: () => sink.usage }
}

test('an answer has a largest size', () => {
  const { receiver, bytes } = open()
  receiver.data(Buffer.from('{"a":'))
  for (let count = 0; count < 255; count++) receiver.data(megabyte)
  expect(bytes()).toBeGreaterThan(250 * 1024 ** 2)
  expect(() => receiver.data(megabyte)).toThrow('The answer of acme is larger than 256 MB.')
})

test('a large answer that has no end did not end well', () => {
  const { receiver } = open()
  receiver.data(Buffer.from('{"a":"'))
  receiver.data(megabyte)
  receiver.data(Buffer.from('"'))
  expect(() => receiver.end()).toThrow('The answer of acme ended before it was complete.')
})

test('what a large answer used counts wherever it says so, also if its client leaves then', () => {
  const { receiver, abandoned } = open()
  receiver.data(Buffer.from('{"usage":{"prompt_tokens":11},"prompt_logprobs":"'))
  for (let count = 0; count < 3; count++) receiver.data(Buffer.alloc(megabyte.length, 'x'))
  receiver.abandoned()
  expect(abandoned()).toMatchObject({ promptTokens: 11 })
  receiver.data(Buffer.from('"}'))
  expect(receiver.end()).toMatchObject({ kind: 'answered', usage: { promptTokens: 11 } })
})

test('what an answer repeats of its request is not what it used', () => {
  const { receiver } = open()
  receiver.data(
    Buffer.from('{"usage":{"prompt_tokens":11},"tools":[{"parameters":{"usage":{"prompt_tokens":0}}}]}'),
  )
  expect(receiver.end()).toMatchObject({ kind: 'answered', usage: { promptTokens: 11 } })
})

test.for(['', '   ', 'null', '"text"', '{"a":1', '<html></html>', '}{'])('%j is no answer', (text) => {
  const { receiver, bytes } = open()
  receiver.data(Buffer.from(text))
  expect(() => receiver.end()).toThrow('The answer of acme is not JSON.')
  expect(bytes()).toBe(0)
})
