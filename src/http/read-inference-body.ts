import { LlmdError } from '../errors.ts'
import type { HttpContext } from './http-env.ts'
import type { InferenceServices } from './inference-services.ts'
import { readJson } from './read-json.ts'

/**
 * The body of a request that a model is to answer.
 * @throws LlmdError `shutting_down` while llmd drains, and what readJson throws
 */
export async function readInferenceBody(
  c: HttpContext,
  { requests, body }: Pick<InferenceServices, 'requests' | 'body'>,
): Promise<unknown> {
  if (requests.draining) throw new LlmdError('shutting_down', 'llmd is shutting down.')
  return readJson(c, body)
}
