import { LlmdError } from '../../errors.ts'

/** Where a keyword stands: the path from the root of the schema document. */
export type SchemaPath = readonly (string | number)[]

/** A schema that the grammar cannot hold the model to. It is told, and never widened in silence. */
export class UnsupportedSchema extends Error {
  readonly path: SchemaPath

  constructor(message: string, path: SchemaPath = []) {
    super(message)
    this.path = path
  }
}

/** Does something for a place in the schema, so that what is refused without a place is refused there. */
export function located<Result>(path: SchemaPath, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof UnsupportedSchema) || error.path.length > 0) throw error
    throw new UnsupportedSchema(error.message, path)
  }
}

const escapePointer = (part: string | number) => String(part).replaceAll('~', '~0').replaceAll('/', '~1')

/** @param param what the client calls the schema: `response_format.json_schema.schema` */
export function unsupportedSchemaError({ message, path }: UnsupportedSchema, param: string): LlmdError {
  const pointer = ['#', ...path.map(escapePointer)].join('/')
  return new LlmdError(
    'unsupported_schema',
    `The JSON schema cannot be enforced: ${message} (at ${pointer}).`,
    {
      param: [param, ...path].join('.'),
      hint: 'Leave that out of the schema, or say it with other keywords.',
    },
  )
}
