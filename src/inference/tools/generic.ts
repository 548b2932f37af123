import { literal } from '../grammar/grammar-builder.ts'
import { anyCallObject, callsOnly, repeated, sequence } from './call-grammar.ts'
import { createCallParser } from './create-parser.ts'
import { readCallArray, readCallObject } from './read-call-object.ts'
import type { ToolFormat } from './tool-format.ts'

const fence = '```'

/**
 * For models without a syntax of their own: an object `{"name": ..., "arguments": {...}}` or an array of them, also
 * in a fence, of tools the request knows. All other JSON is text.
 */
export const generic: ToolFormat = {
  name: 'generic',
  createParser({ tools }) {
    const knownNames = new Set(tools.map((tool) => tool.name))
    return createCallParser({
      tools,
      separators: [fence],
      *readCall(source, sink) {
        if (yield* source.accept(fence)) {
          yield* source.accept('json')
          yield* source.skipSpace()
        }
        return (yield* source.peek()) === '['
          ? yield* readCallArray(source, sink, { knownNames })
          : yield* readCallObject(source, sink, { knownNames })
      },
    })
  },
  callGrammar(options) {
    const call = anyCallObject(options, 'arguments')
    if (options.atMost === 1) return callsOnly(options, call)
    return callsOnly(options, sequence(literal('['), repeated(call, ', ', options), literal(']')))
  },
}
