import { jsonSchemaGrammar } from './json-schema-grammar.ts'

/** The grammar of any JSON object. Nesting is not bounded: the engine keeps it on its heap, not on its stack. */
export const jsonObjectGrammar = (): string => jsonSchemaGrammar({ type: 'object' })
