import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ToolDefinition } from '../../../src/chat/tool.ts'
import { createAnswer, type AnswerOptions } from '../../../src/inference/engine/answer.ts'
import type { JobEnd } from '../../../src/inference/engine/generator.ts'
import { hermes } from '../../../src/inference/tools/hermes.ts'
import { splitReasoning } from '../../../src/inference/tools/reasoning.ts'
import { gather } from './real-engine.ts'

/** Texts that are tokens of the model's own, and show only where somebody reads them. */
const special = new Set(['<tool_call>', '</tool_call>', '<think>', '</think>', '<|im_end|>'])

const weather: ToolDefinition = { name: 'get_weather', parameters: { type: 'object' } }
const thinking = { tags: { open: '<think>', close: '</think>' }, startsInReasoning: false }
const parser = () => splitReasoning(hermes.createParser({ tools: [weather] }), thinking)

interface Token {
  text: string | Uint8Array
  logprob?: number
}

/** What becomes of these tokens, of which the last is the model's last word unless the answer is told over before. */
async function answerTo(
  tokens: readonly (string | Token)[],
  options: Partial<AnswerOptions> & { end?: JobEnd['reason'] } = {},
) {
  const { end = 'end-token', ...rest } = options
  const texts = tokens.map((token): Token => (typeof token === 'string' ? { text: token } : token))
  const model: AnswerOptions['model'] = {
    detokenize: (numbers, _previous, shown = { special: false }) =>
      Buffer.concat(
        numbers.map((number) => {
          const text = texts[number]?.text ?? ''
          return Buffer.from(typeof text === 'string' && special.has(text) && !shown.special ? '' : text)
        }),
      ).toString(),
  }
  const events: Parameters<AnswerOptions['emit']>[0][] = []
  const answer = createAnswer({
    choice: 0,
    model,
    stop: [],
    parallelToolCalls: true,
    emit: (event) => events.push(event),
    ...rest,
  })
  let taken = 0
  let told = false
  for (const [number, { logprob }] of texts.entries()) {
    taken += 1
    told = answer.token({
      token: number,
      ...(logprob !== undefined && { logprobs: { logprob, top: [{ token: number, logprob }] } }),
    })
    if (told) break
  }
  answer.end({ reason: told ? 'told' : end })
  const usage = {
    promptTokens: 0,
    completionTokens: 0,
    cachedTokens: 0,
    reasoningTokens: answer.reasoningTokens,
  }
  const whole = await gather(
    (async function* () {
      yield* events
      yield { type: 'finish', usage }
    })(),
  )
  return { ...whole, taken, events }
}

const call = (city: string) => [
  '<tool_call>',
  '\n{"name": "get_weather", ',
  `"arguments": {"city": "${city}"`,
  '}}\n',
  '</tool_call>',
]

const alone = () => ({ parser: parser(), parallelToolCalls: false })

describe('createAnswer', () => {
  test('gives the text of its tokens, as it comes', async () => {
    const { text, reason, events } = await answerTo(['Hello', ' ', 'you', '<|im_end|>'])
    expect(text).toBe('Hello you')
    expect(reason).toBe('stop')
    expect(events.map(({ type }) => type)).toEqual([
      'text-delta',
      'text-delta',
      'text-delta',
      'choice-finish',
    ])
  })

  test('says why it ended', async () => {
    expect((await answerTo(['a'], { end: 'length' })).reason).toBe('length')
    expect((await answerTo(['a'], { end: 'end-token' })).reason).toBe('stop')
    expect((await answerTo(call('Oslo'), { parser: parser() })).reason).toBe('tool-calls')
    expect((await answerTo(call('Oslo'), { parser: parser(), end: 'length' })).reason).toBe('length')
  })

  test('ends with the token that completes a stop string, however it is spread over tokens', async () => {
    const letters = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '☕'), maxLength: 3 }), {
      maxLength: 10,
    })
    const stop = fc.string({ unit: fc.constantFrom('a', 'b', '☕'), minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(letters, stop, async (tokens, wanted) => {
        const whole = tokens.join('')
        const at = whole.indexOf(wanted)
        const { text, reason, taken } = await answerTo(tokens, { stop: [wanted] })
        expect(text).toBe(at === -1 ? whole : whole.slice(0, at))
        expect(reason).toBe('stop')
        const needed = tokens.findIndex((_, index) =>
          tokens
            .slice(0, index + 1)
            .join('')
            .includes(wanted),
        )
        expect(taken).toBe(at === -1 ? tokens.length : needed + 1)
      }),
    )
  })

  test('does not split characters, and shows what is left of a broken one at the end', async () => {
    const cup = Buffer.from('☕')
    const { events } = await answerTo(['a', { text: cup.subarray(0, 1) }, { text: cup.subarray(1) }])
    expect(events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []))).toEqual(['a', '☕'])
    expect((await answerTo(['a', { text: cup.subarray(0, 2) }])).text).toBe('a\uFFFD')
  })

  test('a stop string that the last, held back piece completes still counts', async () => {
    const half = Buffer.from('☕').subarray(0, 2)
    expect((await answerTo(['a', { text: half }], { stop: ['\uFFFD'] })).text).toBe('a')
  })

  test('splits off thinking, and counts its tokens', async () => {
    const tokens = ['<think>', 'Let', ' me', ' see', '</think>', '\n', 'Done', '.']
    const { text, reasoning, usage } = await answerTo(tokens, { parser: parser() })
    expect({ text, reasoning }).toEqual({ text: 'Done.', reasoning: 'Let me see' })
    expect(usage.reasoningTokens).toBeGreaterThanOrEqual(3)
    expect(usage.reasoningTokens).toBeLessThanOrEqual(5)
    expect((await answerTo(['Done', '.'], { parser: parser() })).usage.reasoningTokens).toBe(0)
  })

  test('reads calls, one after the other', async () => {
    const { text, calls } = await answerTo(['So: ', ...call('Oslo'), '\n', ...call('Lima')], {
      parser: parser(),
    })
    expect(text).toBe('So:')
    expect(calls.map((one) => [one.name, one.arguments, one.complete])).toEqual([
      ['get_weather', '{"city": "Oslo"}', true],
      ['get_weather', '{"city": "Lima"}', true],
    ])
  })

  test('a call that is cut off has no end', async () => {
    const { calls } = await answerTo(call('Oslo').slice(0, 3), { parser: parser(), end: 'length' })
    expect(calls).toMatchObject([{ name: 'get_weather', complete: false }])
  })

  describe('where one call alone is wanted', () => {
    test('ends with it', async () => {
      const { calls, taken, reason } = await answerTo([...call('Oslo'), '\n', ...call('Lima')], alone())
      expect(calls).toMatchObject([{ arguments: '{"city": "Oslo"}', complete: true }])
      expect(reason).toBe('tool-calls')
      expect(taken).toBe(4)
    })

    test('leaves out what follows it within the same token', async () => {
      const both = [...call('Oslo'), ...call('Lima')].join('')
      const { calls, text } = await answerTo([both], alone())
      expect(calls.map((one) => one.arguments)).toEqual(['{"city": "Oslo"}'])
      expect(text).toBe('')
    })

    test('ends before the second when the first went wrong', async () => {
      const broken = [
        '<tool_call>',
        '{"name": "get_weather", "arguments": {"city": ',
        'oh no',
        '</tool_call>',
      ]
      const { calls, taken } = await answerTo([...broken, ...call('Lima')], alone())
      expect(calls).toMatchObject([{ name: 'get_weather', complete: false }])
      expect(taken).toBeLessThan(broken.length + call('').length)
    })
  })

  test('without a parser special tokens are no text', async () => {
    expect((await answerTo(['a', ...call('Oslo'), 'b'])).text).toBe(
      'a\n{"name": "get_weather", "arguments": {"city": "Oslo"}}\nb',
    )
  })

  describe('log-probabilities', () => {
    test('come with the text of their tokens, or with that which follows, and none is lost', async () => {
      const cup = Buffer.from('☕')
      const tokens = ['a', cup.subarray(0, 2), cup.subarray(2), 'STO', 'Q', 'é']
      const { events, logprobs, text } = await answerTo(
        tokens.map((one, index) => ({ text: one, logprob: -1 - index })),
        { stop: ['STOP'] },
      )
      expect(text).toBe('a☕STOQé')
      expect(logprobs.map(({ logprob }) => logprob)).toEqual([-1, -2, -3, -4, -5, -6])
      expect(logprobs.map(({ token }) => token)).toEqual(['a', '\uFFFD', '\uFFFD', 'STO', 'Q', 'é'])
      expect(logprobs.map(({ bytes }) => bytes)).toEqual([[97], null, null, [83, 84, 79], [81], [195, 169]])
      expect(logprobs[0]?.top).toEqual([{ token: 'a', bytes: [97], logprob: -1 }])
      expect(
        events.map((event) => (event.type === 'text-delta' ? event.logprobs?.length : undefined)),
      ).toEqual([1, 2, 2, 1, undefined])
    })

    test('of what a stop string cut off come too', async () => {
      const tokens = ['a', 'ST', 'OP'].map((text) => ({ text, logprob: -1 }))
      const { logprobs, text } = await answerTo(tokens, { stop: ['STOP'] })
      expect(text).toBe('a')
      expect(logprobs).toHaveLength(3)
    })

    test('are absent where none were asked for', async () => {
      const { events } = await answerTo(['a', 'b'])
      expect(events.some((event) => 'logprobs' in event)).toBe(false)
    })
  })
})
