import type { z } from 'zod'
import { type Surface, surfaceOf } from '../render-error.ts'
import { errorResponses } from './describe-errors.ts'
import type { TellableError } from './error-meanings.ts'
import { inlineJsonSchema, type JsonSchema } from './json-schemas.ts'
import type { EventStream, Operation, OperationGroup } from './operation.ts'

const ofEveryRequest: TellableError[] = ['invalid_host', 'host_refused', 'internal_error']
const ofTokens: TellableError[] = ['invalid_api_key', 'permission_denied', 'rate_limit_exceeded']
const ofBodies: TellableError[] = ['invalid_request', 'invalid_json', 'request_too_large']

/** What an operation can fail with: by itself, and with where and how it is asked. */
export function errorsOf(operation: Operation, group: OperationGroup, surface: Surface): Set<TellableError> {
  return new Set([
    ...ofEveryRequest,
    ...(group.scope ? ofTokens : []),
    ...(surface === 'admin' ? (['origin_refused'] as const) : []),
    ...(operation.body ? ofBodies : []),
    ...(operation.query ? (['invalid_request'] as const) : []),
    ...(group.errors ?? []),
    ...(operation.errors ?? []),
  ])
}

/** The Operation Object of one method of a path. `refer` makes a reference to a schema. */
export function describeOperation(
  operation: Operation,
  { path, group, refer }: { path: string; group: OperationGroup; refer: (schema: z.ZodType) => JsonSchema },
) {
  const { id, summary, description, body, answer, otherwise } = operation
  const surface = surfaceOf(path)
  const scopes = group.scope ? [group.scope] : []
  const content = {
    ...(answer.json && {
      'application/json': { schema: refer(answer.json.schema), ...exampleOf(answer.json) },
    }),
    ...(answer.events && { 'text/event-stream': describeEvents(answer.events, refer(answer.events.schema)) }),
    ...(answer.file !== undefined && { [answer.file]: {} }),
  }
  return {
    operationId: id,
    tags: [group.name],
    summary,
    ...(description !== undefined && { description }),
    security: group.scope ? [{ bearer: scopes }, { apiKey: scopes }] : [],
    parameters: [...pathParameters(operation), ...queryParameters(operation)],
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: refer(body.schema), example: body.example } },
      },
    }),
    responses: {
      [answer.status ?? 200]: { description: answer.description, content },
      ...(otherwise && {
        [otherwise.status]: {
          description: otherwise.description,
          content: {
            'application/json': { schema: refer(otherwise.json.schema), ...exampleOf(otherwise.json) },
          },
        },
      }),
      ...errorResponses(errorsOf(operation, group, surface), surface),
    },
  }
}

function exampleOf({ example }: { example?: unknown }) {
  return example === undefined ? {} : { example }
}

/** OpenAPI 3.1 knows streams as text: what their events hold is beside it. */
function describeEvents({ examples, end }: EventStream, event: JsonSchema) {
  const datas = [...examples.map((example) => JSON.stringify(example)), ...(end === undefined ? [] : [end])]
  return {
    schema: { type: 'string' },
    example: datas.map((data) => `data: ${data}\n\n`).join(''),
    'x-event-schema': event,
  }
}

function pathParameters({ parameters = {} }: Operation) {
  return Object.entries(parameters).map(([name, description]) => ({
    name,
    in: 'path',
    required: true,
    description,
    schema: { type: 'string' },
  }))
}

function queryParameters({ query }: Operation) {
  return Object.entries(query?.shape ?? {}).map(([name, field]) => {
    const { description, ...schema } = inlineJsonSchema(field, 'input')
    return { name, in: 'query', description, schema }
  })
}
