import type { z } from 'zod'
import { LlmdError } from '../errors.ts'
import { parseBody } from '../formats/parse-body.ts'
import type { HttpContext } from './http-env.ts'
import { readJson } from './read-json.ts'

/**
 * The body of an admin request. It must call itself JSON: a web page cannot send that to another origin unasked.
 * @throws LlmdError `invalid_request` for what the schema refuses, and what readJson throws
 */
export async function readAdminBody<Schema extends z.ZodType>(
  c: HttpContext,
  schema: Schema,
  options: { maxBytes: number },
): Promise<z.output<Schema>> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')) {
    throw new LlmdError('invalid_request', 'The Content-Type must be application/json.')
  }
  return parseBody(schema, await readJson(c, options))
}
