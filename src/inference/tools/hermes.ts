import { literal } from '../grammar/grammar-builder.ts'
import { anyCallObject, callsOnly, repeated, sequence } from './call-grammar.ts'
import { createCallParser } from './create-parser.ts'
import { readBareCalls } from './read-bare-calls.ts'
import { readCallObjects } from './read-call-object.ts'
import type { ToolFormat } from './tool-format.ts'

const open = '<tool_call>'
const close = '</tool_call>'

/**
 * Hermes, Qwen 2.5 and 3, Granite 4 and many more:
 * `<tool_call>\n{"name": "get_weather", "arguments": {"city": "Oslo"}}\n</tool_call>`, one pair of tags a call.
 * Models leave the tags out at times, above all Qwen 2.5 Coder: then the name of a known tool makes it a call.
 */
export const hermes: ToolFormat = {
  name: 'hermes',
  marker: open,
  createParser({ tools }) {
    const knownNames = new Set(tools.map((tool) => tool.name))
    return createCallParser({
      tools,
      closers: [close],
      *readCall(source, sink) {
        if (!(yield* source.accept(open))) return yield* readBareCalls(source, sink, knownNames)
        yield* source.skipSpace()
        return yield* readCallObjects(source, sink)
      },
    })
  },
  callGrammar(options) {
    const object = anyCallObject(options, 'arguments')
    const call = options.builder.rule(
      'tagged-call',
      sequence(literal(`${open}\n`), object, literal(`\n${close}`)),
    )
    return callsOnly(options, repeated(call, '\n', options))
  },
}
