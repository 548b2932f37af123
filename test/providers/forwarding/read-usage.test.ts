import { expect, test } from 'vitest'
import {
  readUsage,
  readUsageOfEvents,
  readUsageOfJson,
} from '../../../src/providers/forwarding/read-usage.ts'

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
  [
    '{"usage":{"prompt_tokens":9007199254740991,"completion_tokens":1e15}}',
    { promptTokens: 1e9, completionTokens: 1e9, ...none },
  ],
  ['{"usage":{"prompt_tokens":1e300}}', null],
  ['{"usage":null}', null],
  ['{"usage":{"prompt_tokens":"3"}}', null],
  ['{"usage":{"prompt_tokens":-3}}', null],
  ['{"usage":{"prompt_tokens":3', null],
  ['"usage"', null],
  ['', null],
] as const)('%s', ([text, usage]) => {
  expect(read(text)).toEqual(usage)
  expect(readUsageOfJson(Buffer.from(text))).toEqual(usage)
  expect(readUsageOfEvents(Buffer.from(text))).toEqual(usage)
})

const own = { promptTokens: 3, completionTokens: 4, ...none }
const usage = { prompt_tokens: 3, completion_tokens: 4 }
const tools = [{ parameters: { usage: { prompt_tokens: 0 }, response: { usage: { prompt_tokens: 0 } } } }]

test.for([
  [{ usage, tools }],
  [{ tools, usage, text: { usage: { prompt_tokens: 0 } } }],
  [{ metadata: { usage: { prompt_tokens: 0 } }, usage, tools }],
])('what an answer repeats of its request is not its usage: %j', ([answer]) => {
  expect(readUsageOfJson(Buffer.from(JSON.stringify(answer, null, 2)))).toEqual(own)
  const { tools: repeated, ...rest } = { tools, ...answer }
  const response = { ...rest, tools: repeated }
  const events = [{ usage: null }, { type: 'response.completed', response }]
  const bytes = Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))
  expect(readUsageOfEvents(bytes)).toEqual(own)
  expect(readUsageOfEvents(Buffer.from(`data: ${JSON.stringify(answer)}\n\n`))).toEqual(own)
})

const nested = (places: number) =>
  Buffer.from(`{"a":[{"usage":{"prompt_tokens":3}},${'{"usage":{}},'.repeat(places)}{}]}`)
const padded = (bytes: number) => Buffer.from(`{"usage":{"prompt_tokens":3,"x":"${'x'.repeat(bytes)}"}}`)

test.for([readUsage, readUsageOfJson, readUsageOfEvents])(
  '%o looks at so many places and no more',
  (find) => {
    expect(find(nested(99))).toMatchObject({ promptTokens: 3 })
    expect(find(nested(100))).toBeNull()
    expect(find(padded(10_000))).toMatchObject({ promptTokens: 3 })
    expect(find(padded(20_000))).toBeNull()
    expect(find(Buffer.from(`{${'"usage":{'.repeat(100_000)}}`))).toBeNull()
  },
)
