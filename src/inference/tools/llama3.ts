import { anyCallObject, callsOnly, repeated } from './call-grammar.ts'
import { createCallParser } from './create-parser.ts'
import { readCallObject } from './read-call-object.ts'
import type { ToolFormat } from './tool-format.ts'

const tag = '<|python_tag|>'

/**
 * Llama 3.1 to 3.3: a bare `{"name": "get_weather", "parameters": {"city": "Oslo"}}`, at times after
 * `<|python_tag|>`; several are separated by `;`. Without the tag, only the name of a known tool makes it a call.
 */
export const llama3: ToolFormat = {
  name: 'llama3',
  createParser({ tools }) {
    const knownNames = new Set(tools.map((tool) => tool.name))
    return createCallParser({
      tools,
      separators: [';'],
      *readCall(source, sink) {
        const tagged = yield* source.accept(tag)
        yield* source.skipSpace()
        return yield* readCallObject(source, sink, tagged ? {} : { knownNames })
      },
    })
  },
  callGrammar: (options) => callsOnly(options, repeated(anyCallObject(options, 'parameters'), '; ', options)),
}
