import { anything, assert, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCompletion } from '../../../src/formats/openai-completions/decode-request.ts'
import { refusal, statusOf } from '../refusal.ts'

const least = { model: 'm', prompt: 'Once' }
const silent = {
  prompt: 'Once',
  sampling: { temperature: 1, topP: 1 },
  stop: [],
  choices: 1,
  maxTokens: 16,
  echo: false,
}

describe('decodeCompletion', () => {
  it('fills in what the client leaves out', () => {
    expect(decodeCompletion(least)).toEqual({
      requests: [silent],
      choices: 1,
      model: 'm',
      stream: false,
      includeUsage: false,
      logprobs: false,
      dropped: [],
    })
  })

  it('reads every parameter it honours', () => {
    const decoded = decodeCompletion({
      ...least,
      suffix: 'end',
      echo: true,
      logprobs: 5,
      max_tokens: 0,
      n: 2,
      best_of: 2,
      stop: 'x',
      seed: 1,
      temperature: 0,
      top_p: 0.5,
      presence_penalty: 1,
      frequency_penalty: 1,
      logit_bias: { '5': 1 },
      stream: true,
      stream_options: { include_usage: true },
      user: 'u',
      mirostat: 2,
    })
    expect(decoded).toEqual({
      requests: [
        {
          prompt: 'Once',
          suffix: 'end',
          echo: true,
          logprobs: { top: 5 },
          maxTokens: 0,
          choices: 2,
          stop: ['x'],
          sampling: {
            temperature: 0,
            topP: 0.5,
            seed: 1,
            presencePenalty: 1,
            frequencyPenalty: 1,
            logitBias: { '5': 1 },
          },
        },
      ],
      choices: 2,
      model: 'm',
      stream: true,
      includeUsage: true,
      logprobs: true,
      dropped: ['mirostat'],
    })
  })

  it.each([
    ['', ['']],
    ['a', ['a']],
    [
      ['a', ''],
      ['a', ''],
    ],
    [[1, 2], [[1, 2]]],
    [
      [[1, 2], [3]],
      [[1, 2], [3]],
    ],
  ])('reads the prompts %j', (prompt, prompts) => {
    const { requests, choices } = decodeCompletion({ ...least, prompt, n: 3 })
    expect(requests.map((request) => request.prompt)).toEqual(prompts)
    expect(choices).toBe(3 * prompts.length)
  })

  it('takes null as left out', () => {
    const names = ['suffix', 'echo', 'logprobs', 'max_tokens', 'best_of', 'n', 'stop', 'logit_bias', 'stream']
    const nulls = Object.fromEntries(names.map((name) => [name, null]))
    expect(decodeCompletion({ ...least, ...nulls })).toEqual(decodeCompletion(least))
  })

  it.each([
    [{ prompt: undefined }, 'prompt'],
    [{ prompt: [] }, 'prompt'],
    [{ prompt: [[]] }, 'prompt'],
    [{ prompt: ['a', 1] }, 'prompt'],
    [{ prompt: [1, 'a'] }, 'prompt'],
    [{ prompt: [-1] }, 'prompt'],
    [{ prompt: [0.5] }, 'prompt'],
    [{ prompt: [2 ** 31] }, 'prompt'],
    [{ prompt: Array.from({ length: 2049 }, () => 'a') }, 'prompt'],
    [{ suffix: 1 }, 'suffix'],
    [{ echo: 'yes' }, 'echo'],
    [{ logprobs: 6 }, 'logprobs'],
    [{ logprobs: true }, 'logprobs'],
    [{ max_tokens: -1 }, 'max_tokens'],
    [{ n: 17 }, 'n'],
  ])('refuses %j and names the field', (fields, param) => {
    const error = refusal(() => decodeCompletion({ ...least, ...fields }))
    expect(error).toMatchObject({ code: 'invalid_request', param })
    expect(error.message).toMatch(/must be/)
  })

  it.each([{ best_of: 2 }, { best_of: 1, n: 2 }])('refuses %j, which asks to choose', (fields) => {
    expect(refusal(() => decodeCompletion({ ...least, ...fields }))).toMatchObject({
      code: 'unsupported_parameter',
      param: 'best_of',
    })
  })

  it('answers anything with a request or an LlmdError of status 400', () => {
    const fields = record(
      { prompt: anything(), logprobs: anything(), best_of: anything() },
      { requiredKeys: [] },
    )
    assert(
      property(fields, (body) => {
        expect(statusOf(() => decodeCompletion({ model: 'm', ...body }))).toBeOneOf([200, 400])
      }),
    )
  })
})
