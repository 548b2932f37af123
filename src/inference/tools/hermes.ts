import { literal } from '../grammar/grammar-builder.ts'
import { anyCallObject, callsOnly, repeated, sequence } from './call-grammar.ts'
import { createCallParser } from './create-parser.ts'
import type { EventSink } from './event-sink.ts'
import { readCallObject } from './read-call-object.ts'
import type { Reading, TextSource } from './text-source.ts'
import type { ToolFormat } from './tool-format.ts'

const open = '<tool_call>'
const close = '</tool_call>'

/**
 * Hermes, Qwen 2.5 and 3, Granite 4 and many more:
 * `<tool_call>\n{"name": "get_weather", "arguments": {"city": "Oslo"}}\n</tool_call>`, one pair of tags a call.
 */
export const hermes: ToolFormat = {
  name: 'hermes',
  createParser: ({ tools }) => createCallParser({ tools, readCall, closers: [close] }),
  callGrammar(options) {
    const object = anyCallObject(options, 'arguments')
    const call = options.builder.rule(
      'tagged-call',
      sequence(literal(`${open}\n`), object, literal(`\n${close}`)),
    )
    return callsOnly(options, repeated(call, '\n', options))
  },
}

function* readCall(source: TextSource, sink: EventSink): Reading<boolean> {
  if (!(yield* source.accept(open))) return false
  yield* source.skipSpace()
  return yield* readCallObject(source, sink)
}
