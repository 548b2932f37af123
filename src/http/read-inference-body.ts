import { LlmdError } from '../errors.ts'
import type { HttpContext } from './http-env.ts'
import type { InferenceServices } from './inference-services.ts'
import { readBody } from './read-body.ts'
import { parseJson } from './read-json.ts'

/** The body of a request that a model is to answer, as it came and what it says. */
export interface InferenceBody {
  bytes: Buffer
  parsed: unknown
}

/** @throws LlmdError `shutting_down` while llmd drains, and what readBody and parseJson throw */
export async function readInferenceBody(
  c: HttpContext,
  { requests, body }: Pick<InferenceServices, 'requests' | 'body'>,
): Promise<InferenceBody> {
  if (requests.draining) throw new LlmdError('shutting_down', 'llmd is shutting down.')
  const bytes = await readBody(c, body.maxBytes)
  return { bytes, parsed: parseJson(bytes) }
}
