import { expect, test } from 'vitest'
import { checkParameters } from '../../../src/formats/openai-chat/check-parameters.ts'

test('what a local model knows and can do is let through', () => {
  const params = {
    seed: 7,
    top_k: 40,
    max_tokens: 100,
    stop: ['\n'],
    response_format: { type: 'json_object' },
    chat_template_kwargs: { enable_thinking: false },
  }
  expect(() => checkParameters(params)).not.toThrow()
})

test.each([
  [{ mirostat: 2 }, 'unsupported_parameter', 'mirostat'],
  [{ provider: { sort: 'price' } }, 'unsupported_parameter', 'provider'],
  [{ store: true }, 'unsupported_parameter', 'store'],
  [{ seed: 'seven' }, 'invalid_request', 'seed'],
  [{ top_logprobs: 3 }, 'invalid_request', 'top_logprobs'],
  [{ stop: 7 }, 'invalid_request', 'stop'],
])('%j is refused', (params, code, param) => {
  expect(() => checkParameters(params)).toThrow(expect.objectContaining({ code, param }))
})
