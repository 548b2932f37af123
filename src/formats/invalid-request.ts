import type { z } from 'zod'
import { LlmdError } from '../errors.ts'

/** A path as OpenAI writes it: `messages[0].content`. */
function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('')
}

/** The first thing a schema found wrong, as an `invalid_request` that names the field. */
export function invalidRequest(error: z.ZodError): LlmdError {
  const issue = error.issues[0]
  if (!issue) return new LlmdError('invalid_request', 'The request is not valid.')
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => formatPath([...issue.path, key]))
    return new LlmdError(
      'invalid_request',
      `Unknown ${names.length > 1 ? 'fields' : 'field'}: ${names.join(', ')}.`,
      {
        param: names[0] ?? '',
      },
    )
  }
  const param = formatPath(issue.path)
  // Of a name in a record zod says only that it is wrong, and leaves to what is in it why.
  const why = (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message
  if (!param) return new LlmdError('invalid_request', `The body ${why}.`)
  return new LlmdError('invalid_request', `${param}: ${why}.`, { param })
}
