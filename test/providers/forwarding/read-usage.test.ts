import { expect, test } from 'vitest'
import { readUsage } from '../../../src/providers/forwarding/read-usage.ts'

const read = (text: string) => readUsage(Buffer.from(text))
const none = { cachedTokens: 0, reasoningTokens: 0 }

test.for([
  ['{"usage":{"prompt_tokens":3,"completion_tokens":4}}', { promptTokens: 3, completionTokens: 4, ...none }],
  [
    '{"usage": {"input_tokens":3,"output_tokens":4,"input_tokens_details":{"cached_tokens":2},"output_tokens_details":{"reasoning_tokens":1}}, "metadata":{"usage":"x"}}',
    { promptTokens: 3, completionTokens: 4, cachedTokens: 2, reasoningTokens: 1 },
  ],
  [
    '{"usage":{"prompt_tokens":3,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":2},"completion_tokens_details":null}}',
    { promptTokens: 3, completionTokens: 4, cachedTokens: 2, reasoningTokens: 0 },
  ],
  ['{"usage":{"prompt_tokens":3,"total_tokens":3}}', { promptTokens: 3, completionTokens: 0, ...none }],
  ['{"usage":{"total_tokens":3}}', { promptTokens: 3, completionTokens: 0, ...none }],
  [
    '{"usage":{"prompt_tokens":1},"x":{"usage":{"note":"}"}}}',
    { promptTokens: 1, completionTokens: 0, ...none },
  ],
  [
    'data: {"usage":{"prompt_tokens":1}}\n\ndata: {"usage":{"prompt_tokens":2}}\n\ndata: [DONE]\n\n',
    { promptTokens: 2, completionTokens: 0, ...none },
  ],
  ['{"choices":[{"content":"\\"usage\\":{\\"prompt_tokens\\":9}"}]}', null],
  ['{"usage":null}', null],
  ['{"usage":{"prompt_tokens":"3"}}', null],
  ['{"usage":{"prompt_tokens":-3}}', null],
  ['{"usage":{"prompt_tokens":3', null],
  ['"usage"', null],
  ['', null],
] as const)('%s', ([text, usage]) => {
  expect(read(text)).toEqual(usage)
})
