import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ToolDefinition } from '../../../src/chat/tool.ts'
import { glm } from '../../../src/inference/tools/glm.ts'
import { deepseekMarkup, minimax } from '../../../src/inference/tools/invoke.ts'
import { qwenCoder, seed } from '../../../src/inference/tools/qwen-coder.ts'
import type { ToolFormat } from '../../../src/inference/tools/tool-format.ts'
import { pieces } from './pieces.ts'
import { readAnswer } from './read-answer.ts'

type Args = Record<string, unknown>

/** Texts stand as they are, other values in JSON. */
const plain = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

function calls(before: string, argument: (key: string, value: unknown) => string, after: string) {
  return (args: Args) =>
    before +
    Object.entries(args)
      .map(([key, value]) => argument(key, value))
      .join('') +
    after
}

const families: [ToolFormat, open: string, write: (args: Args) => string][] = [
  [
    qwenCoder,
    '<tool_call>',
    calls(
      '<tool_call>\n<function=search>\n',
      (key, value) => `<parameter=${key}>\n${plain(value)}\n</parameter>\n`,
      '</function>\n</tool_call>',
    ),
  ],
  [
    seed,
    '<seed:tool_call>',
    calls(
      '<seed:tool_call>\n<function=search>\n',
      (key, value) => `<parameter=${key}>${plain(value)}</parameter>\n`,
      '</function>\n</seed:tool_call>',
    ),
  ],
  [
    glm,
    '<tool_call>',
    calls(
      '<tool_call>search\n',
      (key, value) => `<arg_key>${key}</arg_key>\n<arg_value>${plain(value)}</arg_value>\n`,
      '</tool_call>',
    ),
  ],
  [
    minimax,
    '<minimax:tool_call>',
    calls(
      '<minimax:tool_call>\n<invoke name="search">\n',
      (key, value) => `<parameter name="${key}">${plain(value)}</parameter>\n`,
      '</invoke>\n</minimax:tool_call>',
    ),
  ],
  [
    deepseekMarkup,
    '<｜DSML｜function_calls>',
    calls(
      '<｜DSML｜function_calls>\n<｜DSML｜invoke name="search">\n',
      (key, value) =>
        `<｜DSML｜parameter name="${key}" string="${typeof value === 'string'}">${plain(value)}</｜DSML｜parameter>\n`,
      '</｜DSML｜invoke>\n</｜DSML｜function_calls>',
    ),
  ],
]

/** Of the tags' own signs only as much as cannot end a value; a line break first would be taken for the tags'. */
const text = fc
  .array(
    fc.constantFrom(
      'é',
      '日',
      '👍🏽',
      'a',
      ' ',
      '"',
      '\\',
      '\n',
      '\t',
      '\u0001',
      '<b>',
      '</',
      '&lt;',
      "'",
      '{',
      '1',
    ),
  )
  .map((parts) => parts.join('').replace(/^\n+/, ''))
const args: fc.Arbitrary<Args> = fc.dictionary(
  fc.constantFrom('query', 'étage', 'x-1', 'max.size'),
  fc.oneof(
    text,
    fc.json({ maxDepth: 3, stringUnit: 'binary' }).map((json): unknown => JSON.parse(json)),
  ),
  { noNullPrototype: true },
)

/** One that declares what is a text. */
function search(value: Args): ToolDefinition[] {
  const properties = Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, typeof member === 'string' ? { type: 'string' } : {}]),
  )
  return [{ name: 'search', parameters: { type: 'object', properties } }]
}

/** JSON is texts of any kind, too: with a closing tag where one counts, or beginning with a line break. */
const harmless = (value: Args) =>
  !/<\/?[a-z｜:_]+[>=]/.test(JSON.stringify(value).replaceAll('<b>', '')) &&
  Object.values(value).every((member) => typeof member !== 'string' || !member.startsWith('\n'))

describe.each(families)('$name', (format, open, write) => {
  const read = (value: Args, output: readonly string[]) =>
    readAnswer(format.createParser({ tools: search(value) }), output)

  it('reads any arguments, however they come', () => {
    const outputs = args
      .filter(harmless)
      .chain((value) => fc.tuple(fc.constant(value), pieces(`Well.\n${write(value)}\nDone.`)))
    fc.assert(
      fc.property(outputs, ([value, output]) => {
        const answer = read(value, output)
        expect(answer.text).toBe('Well.\nDone.')
        expect(answer.calls).toHaveLength(1)
        expect(answer.calls[0]).toMatchObject({ name: 'search', ended: true })
        expect(JSON.parse(answer.calls[0]?.arguments ?? '')).toEqual(value)
      }),
    )
  })

  it('shows nothing of the tags where the answer is cut off', () => {
    const outputs = args
      .filter(harmless)
      .chain((value) =>
        fc.tuple(fc.constant(value), fc.integer({ min: open.length, max: write(value).length })),
      )
    fc.assert(
      fc.property(outputs, ([value, length]) => {
        const whole = read(value, [write(value)])
        const answer = read(value, [write(value).slice(0, length)])
        expect(answer.text).toBe('')
        for (const call of answer.calls) {
          expect(call.name).toBe('search')
          expect(whole.calls[0]?.arguments.startsWith(call.arguments)).toBe(true)
        }
      }),
    )
  })

  it('reads the same from any pieces, also of nonsense', () => {
    const value = { query: 'a\n', filter: [1, 'b'] }
    const words = [...write(value).matchAll(/\w+|\W/g)].map(([word]) => word)
    const nonsense = fc.array(fc.constantFrom(...words, open, '\n', ' ', 'x', '😀'), { maxLength: 60 })
    const outputs = nonsense
      .map((parts) => parts.join(''))
      .chain((raw) => fc.tuple(fc.constant(raw), pieces(raw)))
    fc.assert(
      fc.property(outputs, ([raw, output]) => {
        const answer = read(value, output)
        expect(answer).toEqual(read(value, [raw]))
        for (const call of answer.calls.filter(({ ended }) => ended)) {
          expect(typeof JSON.parse(call.arguments)).toBe('object')
        }
      }),
    )
  })
})

it('passes texts on as they come', () => {
  const value = { query: '' }
  const parser = qwenCoder.createParser({ tools: search(value) })
  expect(parser.push('<tool_call>\n<function=search>\n')).toEqual([])
  expect(parser.push('<parameter=query>\nca')).toEqual([
    { type: 'tool-call-start', index: 0, id: expect.stringMatching(/^call_\w{24}$/), name: 'search' },
    { type: 'tool-call-delta', index: 0, arguments: '{"query": "ca' },
  ])
  expect(parser.push('fé "\n')).toEqual([{ type: 'tool-call-delta', index: 0, arguments: 'fé \\"' }])
  expect(parser.push('</parameter>\n</function>')).toEqual([
    { type: 'tool-call-delta', index: 0, arguments: '"}' },
    { type: 'tool-call-end', index: 0 },
  ])
})
