import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { z } from 'zod'
import type { createDocument } from '../../../src/http/openapi/create-document.ts'
import { nameSchemas } from '../../../src/http/openapi/name-schemas.ts'
import { operationGroups } from '../../../src/http/openapi/operation-groups.ts'

/** Checks values by the schemas of a document. */
export function openDocument(document: ReturnType<typeof createDocument>) {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false })
  ajv.addVocabulary(Object.keys(document))
  ajv.addSchema(JSON.parse(JSON.stringify(document)), 'document')
  const compiled = new Map<string, ValidateFunction>()
  const { bodies, answers } = nameSchemas(operationGroups.flatMap((group) => Object.values(group.operations)))

  /** @param schema a name of a schema, or a schema of an operation. @returns why it refuses a value; null where not */
  const refusal = (schema: z.ZodType | string | undefined, value: unknown): unknown => {
    const name = typeof schema === 'string' ? schema : schema && (bodies.get(schema) ?? answers.get(schema))
    if (name === undefined) return 'there is no such schema'
    const validate = compiled.get(name) ?? ajv.compile({ $ref: `document#/components/schemas/${name}` })
    compiled.set(name, validate)
    validate(value)
    return validate.errors ?? null
  }
  return { refusal }
}
