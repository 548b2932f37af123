import { expect, test } from 'vitest'
import { receiveEvents } from '../../../src/providers/forwarding/receive-events.ts'
import { collectAnswer } from './collect-answer.ts'

const usage = { prompt_tokens: 11, completion_tokens: 5 }

function receive(...events: object[]) {
  const sink = collectAnswer()
  const body = receiveEvents({
    provider: 'lab',
    sink,
    status: 200,
    headers: {},
    name: Buffer.from('"mine"'),
    stripUsage: false,
    end: 'done',
    preludeMs: 1000,
    firstByteMs: () => 1,
  })
  for (const event of events) body.data(Buffer.from(`data: ${JSON.stringify(event)}\n\n`))
  body.abandoned?.()
  return sink.usage
}

test('what an upstream had said of its usage when the client left is told', () => {
  expect(receive({ choices: [] }, { choices: [], usage })).toEqual({
    promptTokens: 11,
    completionTokens: 5,
    cachedTokens: 0,
    reasoningTokens: 0,
  })
})

test('where it had said nothing, nothing is', () => {
  expect(receive({ choices: [] })).toBeUndefined()
})

test('what it repeats of the request is not what it used', () => {
  const tools = [{ parameters: { usage: { prompt_tokens: 0 } } }]
  expect(receive({ type: 'response.completed', response: { usage, tools } })).toMatchObject({
    promptTokens: 11,
    completionTokens: 5,
  })
})
