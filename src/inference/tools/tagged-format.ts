import { argumentsSchema } from './call-grammar.ts'
import type { CallTags } from './call-tags.ts'
import { createCallParser } from './create-parser.ts'
import { properties } from './properties.ts'
import { readTaggedCalls } from './read-tagged-calls.ts'
import { taggedCalls } from './tagged-grammar.ts'
import type { ToolFormat } from './tool-format.ts'
import { valueTypes } from './value-types.ts'

/** A family that writes each argument between tags; what type it is, the tool's schema says. */
export function createTaggedFormat(name: string, tags: CallTags): ToolFormat {
  return {
    name,
    marker: tags.open,
    partlyHeld: true,
    createParser({ tools }) {
      const types = new Map(
        tools.map((tool) => {
          const root = argumentsSchema(tool)
          return [
            tool.name,
            new Map(properties(root).map((property) => [property.name, valueTypes(property.schema, root)])),
          ]
        }),
      )
      return createCallParser({
        tools,
        readCall: (source, sink) => readTaggedCalls(source, sink, { tags, types }),
        closers: [tags.close, ...(tags.otherOpeners ?? []).map((open) => open.replace('<', '</'))],
      })
    },
    callGrammar: (options) => taggedCalls(options, tags),
  }
}
