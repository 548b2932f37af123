import { checkSize } from './check-size.ts'
import { reference, terminal } from './gbnf.ts'
import { createRuleTable, type GrammarLimits } from './rule-table.ts'
import type { JsonSchema } from './json-schema.ts'
import { compileSchema } from './schema-compiler.ts'
import { UnsupportedSchema, unsupportedSchemaError } from './unsupported-schema.ts'

export { literal } from './gbnf.ts'

interface SchemaOptions {
  /** The document in which `$ref` is resolved; the schema itself unless given. */
  root?: JsonSchema
  /** What the client calls the schema: `response_format.json_schema.schema` unless given. */
  param?: string
}

/** Builds a grammar in llama.cpp's GBNF, of which schemas can be parts. */
export interface GrammarBuilder {
  /** Adds a rule with a body in GBNF. @returns its name, which may differ from the one asked for */
  rule(name: string, body: string): string
  /**
   * Adds rules for JSON texts that match a schema; every text that they produce does. Not every text that matches
   * is produced: JSON is compact but for at most one space after a colon or a comma; characters are escaped only
   * where they must be; up to five declared properties come in any order, more in the order declared, and others
   * after them; integers are safe ones, numbers below 1e308, and those with bounds have at most 15 digits and no
   * exponent.
   * @returns the name of the rule for the whole value
   * @throws LlmdError `unsupported_schema` when the grammar could not hold the model to all of it
   */
  schema(schema: JsonSchema, options?: SchemaOptions): string
  /** The whole grammar, which produces what the rule does. */
  text(rootRule: string): string
}

/** Beyond this the schemas of a grammar are a bomb rather than a description. */
const maxWork = 1_000_000

const defaultLimits: GrammarLimits = { rules: 20_000, length: 1024 * 1024 }

export function createGrammarBuilder(limits: GrammarLimits = defaultLimits): GrammarBuilder {
  const table = createRuleTable(limits)
  let work = 0
  const spend = (amount: number) => {
    if ((work += amount) > maxWork) throw new UnsupportedSchema('it takes too much work')
  }
  return {
    rule(name, body) {
      const unique = table.reserve(name)
      table.define(unique, [terminal(body)])
      return unique
    },
    schema(schema, { root = schema, param = 'response_format.json_schema.schema' } = {}) {
      try {
        checkSize(root)
        if (schema !== root) checkSize(schema)
        if (schema === false) throw new UnsupportedSchema('no value matches false')
        return compileSchema(schema, { root, table, spend })
      } catch (error) {
        if (error instanceof UnsupportedSchema) throw unsupportedSchemaError(error, param)
        throw error
      }
    },
    text: (rootRule) => `root ::= ${reference(rootRule).text}\n${table.text()}`,
  }
}
