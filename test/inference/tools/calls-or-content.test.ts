import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { callsOrContent } from '../../../src/inference/tools/calls-or-content.ts'
import { generic } from '../../../src/inference/tools/generic.ts'
import { hermes } from '../../../src/inference/tools/hermes.ts'
import { readFromMarker } from '../../../src/inference/tools/read-from-marker.ts'
import { readAnswer } from './read-answer.ts'

const tools = [{ name: 'now' }]
const marker = '<tool_call>'
const object = '{"name": "now", "arguments": {}}'
const call = `${marker}\n${object}\n</tool_call>`
const pieces = fc.array(
  fc.constantFrom(marker, call, object, '<tool', '<', ' \n', 'Hello', '{"a": [1]}', '[', '"', '</tool_call>'),
  { maxLength: 6 },
)

function summary(parser: Parameters<typeof readAnswer>[0], texts: readonly string[]) {
  const { text, calls } = readAnswer(parser, texts)
  return { text, calls: calls.map(({ name, arguments: args }) => [name, args]) }
}

const readers = {
  'from the marker on': () => readFromMarker(hermes.createParser({ tools }), marker),
  'a marker first or none': () => callsOrContent(hermes.createParser({ tools }), marker),
  'brackets first or none': () => callsOrContent(generic.createParser({ tools }), null),
}

describe.each(Object.entries(readers))('reading %s', (_name, create) => {
  it('does not depend on how the text is split', () => {
    fc.assert(
      fc.property(pieces, (some) => {
        const text = some.join('')
        expect(summary(create(), Array.from(text))).toEqual(summary(create(), [text]))
      }),
    )
  })

  it('loses no text where there are no calls', () => {
    fc.assert(
      fc.property(pieces, (some) => {
        const text = some.join('')
        const found = summary(create(), [text])
        expect(found.calls.length > 0 || text.includes(marker) || found.text === text).toBe(true)
      }),
    )
  })
})

it('shows text as soon as it can be no marker', () => {
  const parser = readFromMarker(hermes.createParser({ tools }), marker)
  expect(parser.push('Hello <b')).toEqual([{ type: 'text-delta', text: 'Hello <b' }])
  expect(parser.push('  <tool_')).toEqual([])
  expect(parser.push('box>')).toEqual([{ type: 'text-delta', text: '  <tool_box>' }])
})

it('shows JSON as soon as it can be no call', () => {
  const parser = callsOrContent(generic.createParser({ tools }), null)
  expect(parser.push('{"age": 3, "x": ')).toEqual([{ type: 'text-delta', text: '{"age": 3, "x": ' }])
  expect(parser.push(object)).toEqual([{ type: 'text-delta', text: object }])
})
