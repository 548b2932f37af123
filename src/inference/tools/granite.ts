import { literal } from '../grammar/grammar-builder.ts'
import { anyCallObject, callsOnly, repeated, sequence } from './call-grammar.ts'
import { createCallParser } from './create-parser.ts'
import type { EventSink } from './event-sink.ts'
import { readCallObjects } from './read-call-object.ts'
import type { Reading, TextSource } from './text-source.ts'
import type { ToolFormat } from './tool-format.ts'

const open = '<|tool_call|>'
/** Granite 3.1 writes the first at times, Phi 4 mini the second. */
const otherOpeners = ['<tool_call>', 'functools']
const closers = ['<|/tool_call|>', '</tool_call>']

/**
 * Granite 3: `<|tool_call|>[{"name": "get_weather", "arguments": {"city": "Oslo"}}]`. Phi 4 mini writes the same
 * and closes with `<|/tool_call|>`.
 */
export const granite: ToolFormat = {
  name: 'granite',
  marker: open,
  createParser: ({ tools }) => createCallParser({ tools, readCall, closers }),
  callGrammar(options) {
    const calls = repeated(anyCallObject(options, 'arguments'), ', ', options)
    return callsOnly(options, sequence(literal(`${open}[`), calls, literal(']')))
  },
}

function* readCall(source: TextSource, sink: EventSink): Reading<boolean> {
  const start = source.position
  if (yield* source.accept(open)) {
    yield* source.skipSpace()
    return yield* readCallObjects(source, sink)
  }
  for (const opener of otherOpeners) {
    source.rewind(start)
    if (!(yield* source.accept(opener))) continue
    yield* source.skipSpace()
    return (yield* source.peek()) === '[' && (yield* readCallObjects(source, sink))
  }
  return false
}
