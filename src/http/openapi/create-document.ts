import type { z } from 'zod'
import { surfaceOf } from '../render-error.ts'
import { operationGroups } from './operation-groups.ts'
import { errorExample, errorExampleName } from './describe-errors.ts'
import { describeOperation, errorsOf } from './describe-operation.ts'
import { jsonSchemasOf, schemaReference } from './json-schemas.ts'
import { nameSchemas } from './name-schemas.ts'
import type { Operation, OperationGroup } from './operation.ts'

const about = `llmd serves local models and those of providers to every client of OpenAI's API, behind its own tokens.

Over TCP, requests carry a token: \`Authorization: Bearer KEY\`, or \`x-api-key: KEY\`. Tokens with the scope \`llm-all\`
may ask models, those with \`admin\` may manage llmd, those with \`metrics\` may read its metrics. A JWT of an issuer
that llmd was told to trust will do as well. Over the Unix socket no
token is needed.

Every answer has an \`x-request-id\`, by which the log is searched.`

interface Listed {
  method: string
  /** As OpenAPI writes it: \`/v1/models/{id}\`. */
  path: string
  group: OperationGroup
  operation: Operation
}

/** The OpenAPI 3.1 document of all that is served. */
export function createDocument() {
  const listed = operationGroups.flatMap(list)
  const { bodies, answers } = nameSchemas(listed.map(({ operation }) => operation))
  const refer = (schema: z.ZodType) => {
    const name = bodies.get(schema) ?? answers.get(schema)
    if (name === undefined) throw new Error('A schema has no name.')
    return { $ref: schemaReference(name) }
  }
  const byPath = Map.groupBy(listed, ({ path }) => path)
  return {
    openapi: '3.1.0',
    // Of the surface, as in its paths; which llmd this is, only management tells.
    info: { title: 'llmd', version: '1', description: about, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: operationGroups.map(({ name, description }) => ({ name, description })),
    paths: Object.fromEntries(
      Array.from(byPath, ([path, ofPath]) => [
        path,
        Object.fromEntries(
          ofPath.map(({ method, operation, group }) => [
            method,
            describeOperation(operation, { path, group, refer }),
          ]),
        ),
      ]),
    ),
    components: {
      schemas: { ...jsonSchemasOf(answers, 'output'), ...jsonSchemasOf(bodies, 'input') },
      examples: errorExamples(listed),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A token of llmd.' },
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'x-api-key',
          description: 'The same, in another header.',
        },
      },
    },
  }
}

function list(group: OperationGroup): Listed[] {
  return Object.entries(group.operations).map(([endpoint, operation]) => {
    const [method = '', path = ''] = endpoint.split(' ')
    const openApiPath = path.replaceAll(/:(\w+)(\{[^}]*\})?/g, '{$1}')
    return { method: method.toLowerCase(), path: openApiPath, group, operation }
  })
}

function errorExamples(listed: Listed[]) {
  const named = listed.flatMap(({ path, group, operation }) => {
    const surface = surfaceOf(path)
    return Array.from(
      errorsOf(operation, group, surface),
      (code) => [errorExampleName(code, surface), errorExample(code, surface)] as const,
    )
  })
  return Object.fromEntries(named.toSorted(([one], [other]) => one.localeCompare(other)))
}
