import { literal } from '../grammar/grammar-builder.ts'
import { anyCallObject, callsOnly, repeated, sequence } from './call-grammar.ts'
import { createCallParser } from './create-parser.ts'
import { readBareCalls } from './read-bare-calls.ts'
import type { ToolFormat } from './tool-format.ts'

/**
 * For models without a syntax of their own: an object `{"name": ..., "arguments": {...}}` or an array of them, also
 * in a fence, of tools the request knows; and Python calls as Gemma 3 writes them. All other JSON is text.
 */
export const generic: ToolFormat = {
  name: 'generic',
  marker: null,
  createParser({ tools }) {
    const knownNames = new Set(tools.map((tool) => tool.name))
    return createCallParser({ tools, readCall: (source, sink) => readBareCalls(source, sink, knownNames) })
  },
  callGrammar(options) {
    const call = anyCallObject(options, 'arguments')
    if (options.atMost === 1) return callsOnly(options, call)
    return callsOnly(options, sequence(literal('['), repeated(call, ', ', options), literal(']')))
  },
}
