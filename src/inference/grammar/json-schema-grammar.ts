import { createGrammarBuilder } from './grammar-builder.ts'
import type { JsonSchema } from './json-schema.ts'

/**
 * The grammar of the JSON texts that match a schema; every text that it produces does. Not every text that matches is
 * produced: JSON is compact but for at most one space after a colon or a comma; characters are escaped only where
 * they must be; up to five declared properties come in any order, more in the order declared, and others after them;
 * integers are safe ones, numbers below 1e308, and those with bounds have at most 15 digits and no exponent.
 * @throws LlmdError `unsupported_schema` with the keyword and where it stands
 */
export function jsonSchemaGrammar(schema: JsonSchema): string {
  const builder = createGrammarBuilder()
  return builder.text(builder.schema(schema))
}
