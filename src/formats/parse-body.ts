import type { z } from 'zod'
import { invalidRequest } from './invalid-request.ts'

/** The body as its schema describes it. @throws LlmdError `invalid_request` that names the first field at fault */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw invalidRequest(parsed.error)
}
