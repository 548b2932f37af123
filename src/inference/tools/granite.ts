import { literal } from '../grammar/grammar-builder.ts'
import { anyCallObject, callsOnly, repeated, sequence } from './call-grammar.ts'
import { createCallParser } from './create-parser.ts'
import type { EventSink } from './event-sink.ts'
import { readCallArray, readCallObject } from './read-call-object.ts'
import type { Reading, TextSource } from './text-source.ts'
import type { ToolFormat } from './tool-format.ts'

const open = '<|tool_call|>'
const close = '<|/tool_call|>'

/**
 * Granite 3: `<|tool_call|>[{"name": "get_weather", "arguments": {"city": "Oslo"}}]`. Phi 4 mini writes the same
 * and closes with `<|/tool_call|>`.
 */
export const granite: ToolFormat = {
  name: 'granite',
  createParser: ({ tools }) => createCallParser({ tools, readCall, closers: [close] }),
  callGrammar(options) {
    const calls = repeated(anyCallObject(options, 'arguments'), ', ', options)
    return callsOnly(options, sequence(literal(`${open}[`), calls, literal(']')))
  },
}

function* readCall(source: TextSource, sink: EventSink): Reading<boolean> {
  if (!(yield* source.accept(open))) return false
  yield* source.skipSpace()
  return (yield* source.peek()) === '['
    ? yield* readCallArray(source, sink)
    : yield* readCallObject(source, sink)
}
