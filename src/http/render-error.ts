import type { ErrorBody } from '../api/common.ts'
import type { ErrorCode, LlmdError } from '../errors.ts'
import { encodeOpenAiError } from '../formats/openai-common/encode-error.ts'

/** Failures that the same request will meet again, however long a client waits. OpenAI's SDKs retry others. */
const permanent: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'request_cancelled',
  'model_exists',
  'token_exists',
  'provider_exists',
  'provider_test_failed',
  'model_load_failed',
  'model_quarantined',
  'gpu_unavailable',
  'invalid_settings',
  'data_corrupt',
  'data_too_new',
])

/** Whose answer it is: OpenAI's clients on `public` routes, llmd's own client on `admin` routes. */
export type Surface = 'public' | 'admin'

export function surfaceOf(path: string): Surface {
  return path === '/llmd' || path.startsWith('/llmd/') ? 'admin' : 'public'
}

/** The one place where an error becomes an answer. */
export function renderError(
  error: LlmdError,
  { surface, headers = {} }: { surface: Surface; headers?: Record<string, string> },
): Response {
  const body = surface === 'admin' ? encodeAdminError(error) : encodeOpenAiError(error)
  return Response.json(body, {
    status: error.status,
    headers: {
      ...(error.status === 401 && { 'www-authenticate': 'Bearer' }),
      ...((error.status === 429 || error.status === 503) && { 'retry-after': '1' }),
      ...(permanent.has(error.code) && { 'x-should-retry': 'false' }),
      ...headers,
    },
  })
}

/** The error envelope of management. */
export function encodeAdminError({ message, type, param, code, hint }: LlmdError): ErrorBody {
  return { error: { message, type, param: param ?? null, code, hint: hint ?? null } }
}
