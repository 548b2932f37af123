import { createGrammarBuilder } from '../../../src/inference/grammar/grammar-builder.ts'
import type { JsonSchema } from '../../../src/inference/grammar/json-schema.ts'

/** The grammar of a schema alone. */
export function jsonSchemaGrammar(schema: JsonSchema): string {
  const builder = createGrammarBuilder()
  return builder.text(builder.schema(schema))
}
