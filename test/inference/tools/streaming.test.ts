import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deepseekPlain } from '../../../src/inference/tools/deepseek.ts'
import { gemma4 } from '../../../src/inference/tools/gemma.ts'
import { generic } from '../../../src/inference/tools/generic.ts'
import { granite } from '../../../src/inference/tools/granite.ts'
import { harmony } from '../../../src/inference/tools/harmony.ts'
import { hermes } from '../../../src/inference/tools/hermes.ts'
import { kimi } from '../../../src/inference/tools/kimi.ts'
import { lfm2 } from '../../../src/inference/tools/lfm2.ts'
import { llama3 } from '../../../src/inference/tools/llama3.ts'
import { mistralNamed } from '../../../src/inference/tools/mistral.ts'
import type { ToolFormat } from '../../../src/inference/tools/tool-format.ts'
import { pieces } from './pieces.ts'
import { readAnswer } from './read-answer.ts'

const tools = [{ name: 'search' }]

const families: [ToolFormat, write: (args: string) => string][] = [
  [hermes, (args) => `<tool_call>\n{"name": "search", "arguments": ${args}}\n</tool_call>`],
  [llama3, (args) => `{"name": "search", "parameters": ${args}}`],
  [mistralNamed, (args) => `[TOOL_CALLS]search[ARGS]${args}`],
  [
    deepseekPlain,
    (args) =>
      `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>search<｜tool▁sep｜>${args}<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
  ],
  [granite, (args) => `<|tool_call|>[{"name": "search", "arguments": ${args}}]`],
  [
    harmony,
    (args) => `<|channel|>commentary to=functions.search <|constrain|>json<|message|>${args}<|call|>`,
  ],
  [
    kimi,
    (args) => `<|tool_call_begin|>functions.search:0<|tool_call_argument_begin|>${args}<|tool_call_end|>`,
  ],
  [generic, (args) => `\`\`\`json\n{"name": "search", "arguments": ${args}}\n\`\`\``],
]

const args = fc.dictionary(
  fc.string({ unit: 'binary' }),
  // Through JSON, which knows no -0.
  fc.json({ maxDepth: 4, stringUnit: 'binary' }).map((text): unknown => JSON.parse(text)),
  { noNullPrototype: true },
)

describe.each(families)('$name', (format, write) => {
  it('reads any arguments, however they come', () => {
    const outputs = fc
      .tuple(args, fc.constantFrom(undefined, 1, 4))
      .chain(([value, space]) =>
        fc.tuple(fc.constant(value), pieces(write(JSON.stringify(value, null, space)))),
      )
    fc.assert(
      fc.property(outputs, ([value, output]) => {
        const { text, calls } = readAnswer(format.createParser({ tools }), output)
        expect(text).toBe('')
        expect(calls).toHaveLength(1)
        expect(calls[0]).toMatchObject({ name: 'search', ended: true })
        expect(JSON.parse(calls[0]?.arguments ?? '')).toEqual(value)
      }),
    )
  })

  it('passes on what came of arguments that are cut off', () => {
    const outputs = args.chain((value) => {
      const output = write(JSON.stringify(value))
      const begin = output.indexOf('{', output.indexOf('search')) + 1
      const end = begin + JSON.stringify(value).length - 2
      return fc.tuple(fc.constant(output), fc.constant(begin), fc.integer({ min: begin, max: end }))
    })
    fc.assert(
      fc.property(outputs, ([output, begin, end]) => {
        const answer = readAnswer(format.createParser({ tools }), [output.slice(0, end)])
        expect(answer.text).toBe('')
        expect(answer.calls).toEqual([
          { name: 'search', arguments: `{${output.slice(begin, end)}`, ended: false },
        ])
      }),
    )
  })

  it('reads the same from any pieces, also of nonsense', () => {
    const words = [...write('{"a": [1, "b"]}').matchAll(/\w+|\W/g)].map(([word]) => word)
    const nonsense = fc.array(fc.constantFrom(...words, ' ', 'x', '😀'), { maxLength: 60 })
    const outputs = nonsense
      .map((parts) => parts.join(''))
      .chain((raw) => fc.tuple(fc.constant(raw), pieces(raw)))
    fc.assert(
      fc.property(outputs, ([raw, output]) => {
        const answer = readAnswer(format.createParser({ tools }), output)
        expect(answer).toEqual(readAnswer(format.createParser({ tools }), [raw]))
        for (const call of answer.calls.filter(({ ended }) => ended)) {
          expect(typeof JSON.parse(call.arguments)).toBe('object')
        }
      }),
    )
  })
})

it('gemma4 reads any arguments, however they come', () => {
  const quote = '<|"|>'
  const write = (value: unknown): string => {
    if (typeof value === 'string') return quote + value + quote
    if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
    if (typeof value !== 'object' || value === null) return JSON.stringify(value)
    const members = Object.entries(value).map(([key, member]) => `${write(key)}:${write(member)}`)
    return `{${members.join(',')}}`
  }
  const outputs = args
    .filter((value) => !JSON.stringify(value).includes('<|'))
    .chain((value) =>
      fc.tuple(fc.constant(value), pieces(`<|tool_call>call:search${write(value)}<tool_call|>`)),
    )
  fc.assert(
    fc.property(outputs, ([value, output]) => {
      const { text, calls } = readAnswer(gemma4.createParser({ tools }), output)
      expect(text).toBe('')
      expect(calls[0]).toMatchObject({ name: 'search', ended: true })
      expect(JSON.parse(calls[0]?.arguments ?? '')).toEqual(value)
    }),
  )
})

/** A string in JSON as Python's `repr` would write it. */
function inSingleQuotes(json: string): string {
  const text = json
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)
  return `'${text}'`
}

function python(value: unknown): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return inSingleQuotes(JSON.stringify(value))
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`
  if (typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value).map(([key, member]) => `${python(key)}: ${python(member)}`)
  return `{${members.join(', ')}}`
}

it('lfm2 reads any arguments, however they come, and whether in JSON or in Python', () => {
  const named = fc.dictionary(
    fc.constantFrom('query', 'étage', 'x_1'),
    fc.json({ maxDepth: 3, stringUnit: 'binary' }).map((text): unknown => JSON.parse(text)),
    { noNullPrototype: true },
  )
  const outputs = fc.tuple(named, fc.constantFrom(python, JSON.stringify)).chain(([value, write]) => {
    const keywords = Object.entries(value).map(([key, member]) => `${key}=${write(member)}`)
    const output = `<|tool_call_start|>[search(${keywords.join(', ')})]<|tool_call_end|>`
    return fc.tuple(fc.constant(value), pieces(output))
  })
  fc.assert(
    fc.property(outputs, ([value, output]) => {
      const { text, calls } = readAnswer(lfm2.createParser({ tools }), output)
      expect(text).toBe('')
      expect(calls[0]).toMatchObject({ name: 'search', ended: true })
      expect(JSON.parse(calls[0]?.arguments ?? '')).toEqual(value)
    }),
  )
})

it('passes arguments on as they come', () => {
  const parser = hermes.createParser({ tools })
  expect(parser.push('<tool_call>\n{"name": "search", "argu')).toEqual([])
  expect(parser.push('ments": {"query": "ca')).toEqual([
    { type: 'tool-call-start', index: 0, id: expect.stringMatching(/^call_\w{24}$/), name: 'search' },
    { type: 'tool-call-delta', index: 0, arguments: '{"query": "ca' },
  ])
  expect(parser.push('fé')).toEqual([{ type: 'tool-call-delta', index: 0, arguments: 'fé' }])
  expect(parser.push('"}}\n')).toEqual([
    { type: 'tool-call-delta', index: 0, arguments: '"}' },
    { type: 'tool-call-end', index: 0 },
  ])
})

it('reads a long answer in time that grows with its length', () => {
  const parser = generic.createParser({ tools })
  const text = '{"arguments": {"x": ['.repeat(1000)
  expect(readAnswer(parser, text.match(/.{1,5}/g) ?? []).text).toBe(text)
})
