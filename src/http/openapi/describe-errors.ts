import { LlmdError, errorCatalogue } from '../../errors.ts'
import { encodeError, type Surface } from '../render-error.ts'
import { errorMeanings, type TellableError } from './error-meanings.ts'
import { schemaReference } from './json-schemas.ts'

const errorSchemas = { public: 'Error', admin: 'AdminError', mcp: 'RpcError' } as const satisfies Record<
  Surface,
  string
>

/** An error as an answer would have it, for `#/components/examples`. */
export function errorExample(code: TellableError, surface: Surface) {
  const meaning: string = errorMeanings[code]
  const message = `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`.replaceAll('`', '')
  const error = new LlmdError(code, message)
  return { summary: meaning, value: encodeError(error, surface) }
}

export function errorExampleName(code: TellableError, surface: Surface): string {
  return surface === 'public' ? code : `${surface}_${code}`
}

/** The responses of an operation that can fail with these, by status. */
export function errorResponses(codes: ReadonlySet<TellableError>, surface: Surface) {
  const byStatus = Map.groupBy([...codes].toSorted(), (code) => errorCatalogue[code].status)
  return Object.fromEntries(
    Array.from(byStatus, ([status, ofStatus]) => [status, errorResponse(ofStatus, surface)]),
  )
}

function errorResponse(codes: TellableError[], surface: Surface) {
  const reference = (code: TellableError) => ({
    $ref: `#/components/examples/${errorExampleName(code, surface)}`,
  })
  return {
    description: codes.map((code) => `- \`${code}\`: ${errorMeanings[code]}`).join('\n'),
    content: {
      'application/json': {
        schema: { $ref: schemaReference(errorSchemas[surface]) },
        examples: Object.fromEntries(codes.map((code) => [code, reference(code)])),
      },
    },
  }
}
