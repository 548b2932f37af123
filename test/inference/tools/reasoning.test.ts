import { describe, expect, it } from 'vitest'
import { hermes } from '../../../src/inference/tools/hermes.ts'
import {
  detectReasoningTags,
  promptOpensReasoning,
  splitReasoning,
  type ReasoningTags,
} from '../../../src/inference/tools/reasoning.ts'
import { readAnswer } from './read-answer.ts'

const think: ReasoningTags = { open: '<think>', close: '</think>' }

function read(raw: string, { tags = think, startsInReasoning = false } = {}) {
  const create = () =>
    splitReasoning(hermes.createParser({ tools: [{ name: 'get_time' }] }), { tags, startsInReasoning })
  const whole = readAnswer(create(), [raw])
  for (let index = 0; index <= raw.length; index++) {
    expect(readAnswer(create(), [raw.slice(0, index), raw.slice(index)])).toEqual(whole)
  }
  expect(readAnswer(create(), raw.split(''))).toEqual(whole)
  return whole
}

describe('splitReasoning', () => {
  it('takes the thinking from the beginning of the answer', () => {
    expect(read('<think>\nHm, 1 < 2.</think>\n\nHello.')).toMatchObject({
      reasoning: 'Hm, 1 < 2.',
      text: 'Hello.',
    })
  })

  it.each([
    { open: '[THINK]', close: '[/THINK]' },
    { open: '<|START_THINKING|>', close: '<|END_THINKING|>' },
    { open: '<|channel>thought', close: '<channel|>' },
  ])('knows $open', (tags) => {
    const raw = `${tags.open}\nHm.${tags.close}Hello.`
    expect(detectReasoningTags(`... ${tags.open} ... ${tags.close} ...`)).toEqual(tags)
    expect(read(raw, { tags })).toMatchObject({ reasoning: 'Hm.', text: 'Hello.' })
  })

  it('begins within the thinking when the prompt has opened it, and lets the tag be repeated', () => {
    const expected = { reasoning: 'Hm.', text: 'Hello.' }
    expect(read('\nHm.</think>\nHello.', { startsInReasoning: true })).toMatchObject(expected)
    expect(read('<think>\nHm.</think>\nHello.', { startsInReasoning: true })).toMatchObject(expected)
    expect(read('Hm. <', { startsInReasoning: true })).toMatchObject({ reasoning: 'Hm. <', text: '' })
  })

  it('says nothing of thinking without content', () => {
    expect(read('<think>\n\n</think>\n\nHello.')).toMatchObject({ reasoning: '', text: 'Hello.' })
  })

  it('lets thinking that is cut off be thinking', () => {
    expect(read('<think>Hm.</thi')).toMatchObject({ reasoning: 'Hm.</thi', text: '' })
  })

  it('leaves tags in the midst of an answer alone', () => {
    const raw = 'Write <think>so</think>.'
    expect(read(raw)).toMatchObject({ reasoning: '', text: raw })
  })

  it('releases what only began like a tag', () => {
    expect(read('  <thin')).toMatchObject({ reasoning: '', text: '  <thin' })
  })

  it('passes thinking on as it comes', () => {
    const parser = splitReasoning(hermes.createParser({ tools: [] }), {
      tags: think,
      startsInReasoning: true,
    })
    expect(parser.push('Let')).toEqual([{ type: 'reasoning-delta', text: 'Let' }])
    expect(parser.push(' me</think>Yes')).toEqual([
      { type: 'reasoning-delta', text: ' me' },
      { type: 'text-delta', text: 'Yes' },
    ])
  })
})

describe('promptOpensReasoning', () => {
  it.each([
    ['<|im_start|>assistant\n<think>\n', true],
    ['<|im_start|>assistant\n<think>\n\n</think>\n\n', false],
    ['<|im_start|>assistant\n', false],
  ])('%j: %s', (prompt, expected) => {
    expect(promptOpensReasoning(prompt, think)).toBe(expected)
  })
})
