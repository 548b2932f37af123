import { literal } from '../grammar/grammar-builder.ts'
import { byName } from './by-name.ts'
import { argumentsSchema, sequence } from './call-grammar.ts'
import { orderedMembers } from './ordered-members.ts'
import { properties } from './properties.ts'
import type { CallGrammarOptions } from './tool-format.ts'

/** The rule for one call of any of the tools as Python's: `get_weather(city="Oslo")`, with values in JSON. */
export function anyPythonCall({ builder, tools }: Pick<CallGrammarOptions, 'builder' | 'tools'>): string {
  const calls = tools.map((tool) => {
    const root = argumentsSchema(tool)
    const members = properties(root).map(({ name, schema, required }) => ({
      required,
      rule: sequence(literal(`${name}=`), builder.schema(schema, { root, param: 'tools' })),
    }))
    const keywords = orderedMembers(builder, members, { name: 'keyword', separator: ', ' })
    const write = (name: string) => sequence(literal(`${name}(`), keywords, literal(')'))
    return { name: tool.name, write }
  })
  return builder.rule('call', byName(builder, calls))
}
