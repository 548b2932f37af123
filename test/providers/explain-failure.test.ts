import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { LlmdError } from '../../src/errors.ts'
import { explainAnswer, explainError } from '../../src/providers/explain-failure.ts'
import { Secret } from '../../src/secret.ts'

const baseUrl = 'https://api.example/v1'
const explain = (status: number, body: string, key: string | null = 'sk-canary') =>
  explainAnswer({ status, body: Buffer.from(body) }, { baseUrl, key: key === null ? null : new Secret(key) })

const error = (message: string) => JSON.stringify({ error: { message } })

// As OpenAI, xAI, Google, Mistral, Ollama, llama-server, OpenRouter, vLLM and others write them.
test.for([
  [401, error('Incorrect API key provided: sk-****'), 'Invalid API key', false],
  [401, '', 'Invalid API key', false],
  [400, error('Incorrect API key provided: xai-***. You can obtain one at x.ai.'), 'Invalid API key', false],
  [400, JSON.stringify([{ error: { message: 'API key not valid.' } }]), 'Invalid API key', false],
  [403, JSON.stringify({ detail: 'Unauthorized' }), 'Invalid API key', false],
  [403, error('Country, region, or territory not supported'), 'Connection failed', false],
  [404, error('The model `gpt-9` does not exist or you do not have access to it.'), 'Model not found', false],
  [404, JSON.stringify({ error: 'model "x" not found, try pulling it first' }), 'Model not found', false],
  [400, JSON.stringify({ message: 'Invalid model: x', type: 'invalid_model' }), 'Model not found', false],
  [400, error('x is not a valid model ID'), 'Model not found', false],
  [404, '<html>404 page not found</html>', 'Connection failed', false],
  [405, '', 'Connection failed', false],
  [301, '', 'Connection failed', false],
  [402, error('Insufficient credits'), 'Connection failed', false],
  [429, error('You exceeded your current quota'), 'Rate limit exceeded', true],
  [500, '', 'Connection failed', true],
  [503, error('Overloaded'), 'Connection failed', true],
] as const)('HTTP %s with %s is: %s', ([status, body, message, mayPass]) => {
  expect(explain(status, body)).toMatchObject({ message, mayPass })
})

test('it says what was said, and where to look', () => {
  expect(explain(402, error('Insufficient credits')).hint).toContain('HTTP 402: Insufficient credits')
  expect(explain(404, '<html>').hint).toContain(baseUrl)
  expect(explain(401, '', null).hint).toContain('Give a key.')
})

test('what is quoted is one short line', () => {
  const { hint } = explain(400, error(`two\n\u001b[31mlines\u0007\u202e${'x'.repeat(1000)}`))
  expect(hint).toMatch(/^[^\p{Cc}\p{Cf}]{1,300}$/u)
})

test('no failure shows the key, however it is quoted', () => {
  const key = fc.stringMatching(/^[\x21-\x7e]{8,40}$/)
  fc.assert(
    fc.property(key, fc.string(), fc.string({ maxLength: 250 }), (secret, before, after) => {
      const body = JSON.stringify({ error: { message: before + secret + after } })
      expect(explain(400, body, secret).hint).not.toContain(secret)
    }),
  )
})

test.for([
  ['upstream_unreachable', 'Network error', true],
  ['upstream_timeout', 'Network error', true],
  ['upstream_error', 'Connection failed', false],
] as const)('%s is: %s', ([code, message, mayPass]) => {
  const failed = new LlmdError(code, 'It was so.', { hint: 'Do this.' })
  expect(explainError(failed)).toMatchObject({ code, message, mayPass, hint: 'It was so. Do this.' })
})
