import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RequestDefaults } from '../../../src/chat/request-defaults.ts'
import { fillChatDefaults } from '../../../src/formats/openai-chat/fill-defaults.ts'
import { fillCompletionDefaults } from '../../../src/formats/openai-completions/fill-defaults.ts'
import { fillResponseDefaults } from '../../../src/formats/openai-responses/fill-defaults.ts'

const hi = { role: 'user', content: 'hi' }
const system = { role: 'system', content: 'Be brief.' }

const fill = (messages: unknown) => fillChatDefaults({ messages }, { system: 'Be brief.' })['messages']

describe('a chat', () => {
  it.each<[RequestDefaults, object, object]>([
    [{ temperature: 0, topP: 0.5 }, {}, { temperature: 0, top_p: 0.5 }],
    [
      { temperature: 0.2, topP: 0.5 },
      { temperature: 1, top_p: null },
      { temperature: 1, top_p: 0.5 },
    ],
    [
      { params: { seed: 7, provider: { sort: 'price' } } },
      { seed: 0 },
      { seed: 0, provider: { sort: 'price' } },
    ],
    [{ params: { max_tokens: 9 } }, { max_completion_tokens: 5 }, { max_completion_tokens: 5 }],
    [{ params: { max_completion_tokens: 9 } }, { max_tokens: 5 }, { max_tokens: 5 }],
    [{ params: { max_output_tokens: 9 } }, {}, { max_completion_tokens: 9 }],
    [{ params: { max_tokens: 9, max_completion_tokens: 8 } }, {}, { max_tokens: 9 }],
    [{}, {}, {}],
  ])('with defaults %j that says %j says %j', (defaults, said, filled) => {
    expect(fillChatDefaults({ ...said, messages: [hi] }, defaults)).toEqual({ ...filled, messages: [hi] })
  })

  it('gets instructions put first, unless it has some', () => {
    expect(fill([hi])).toEqual([system, hi])
    expect(fill([])).toEqual([system])
    for (const role of ['system', 'developer']) {
      const messages = [hi, { role, content: 'Be long.' }]
      expect(fill(messages)).toBe(messages)
    }
    // What is no conversation is for others to refuse.
    for (const messages of ['hi', null, undefined, 7]) expect(fill(messages)).toBe(messages)
    expect(fill([null, 'x'])).toEqual([system, null, 'x'])
  })

  it('that says everything is the very same', () => {
    const body = { messages: [system, hi], temperature: 0, seed: 1 }
    const defaults = { system: 'x', temperature: 1, params: { seed: 2 } }
    expect(fillChatDefaults(body, defaults)).toBe(body)
  })

  it('keeps all that it says, whatever the defaults', () => {
    const names = fc.constantFrom('temperature', 'top_p', 'seed', 'max_tokens', 'top_k', 'vendor')
    const said = fc.dictionary(names, fc.oneof(fc.integer(), fc.string()))
    fc.assert(
      fc.property(said, said, (body, params) => {
        const filled = fillChatDefaults(body, { temperature: 1, params })
        expect(filled).toMatchObject(body)
        expect(fillChatDefaults(filled, { temperature: 1, params })).toBe(filled)
      }),
    )
  })
})

describe('a completion', () => {
  it('takes no instructions, and nothing that chats alone have', () => {
    const params = { reasoning_effort: 'low', logprobs: true, tools: [], top_k: 4, mirostat: 2 }
    expect(fillCompletionDefaults({ prompt: 'a' }, { system: 'x', temperature: 0.5, params })).toEqual({
      prompt: 'a',
      temperature: 0.5,
      top_k: 4,
      mirostat: 2,
    })
  })

  it('has one name for its longest answer', () => {
    const defaults = { params: { max_completion_tokens: 9 } }
    expect(fillCompletionDefaults({ prompt: 'a' }, defaults)).toEqual({ prompt: 'a', max_tokens: 9 })
    const said = { prompt: 'a', max_tokens: 1 }
    expect(fillCompletionDefaults(said, defaults)).toBe(said)
  })
})

describe('a response', () => {
  const defaults = {
    system: 'Be brief.',
    temperature: 0.5,
    params: { max_tokens: 9, seed: 7, store: false, truncation: 'auto' },
  }

  it('gets instructions by their own name, and what it shares with chats', () => {
    expect(fillResponseDefaults({ input: 'hi' }, defaults)).toEqual({
      input: 'hi',
      instructions: 'Be brief.',
      temperature: 0.5,
      max_output_tokens: 9,
      store: false,
      truncation: 'auto',
    })
  })

  it.each([
    { input: 'hi', instructions: 'Be long.' },
    { input: [hi, { role: 'developer', content: 'Be long.' }] },
  ])('keeps its own: %j', (body) => {
    const filled = fillResponseDefaults(body, { system: 'Be brief.' })
    expect(filled).toBe(body)
  })

  it('gets them where it has null', () => {
    expect(fillResponseDefaults({ instructions: null, input: [hi] }, { system: 'x' })).toEqual({
      instructions: 'x',
      input: [hi],
    })
  })
})
