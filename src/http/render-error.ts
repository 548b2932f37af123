import type { ErrorBody } from '../api/common.ts'
import type { ErrorCode, LlmdError } from '../errors.ts'
import { encodeOpenAiError } from '../formats/openai-common/encode-error.ts'
import { encodeRpcError } from '../mcp/rpc.ts'

/** Failures that the same request will meet again, however long a client waits. OpenAI's SDKs retry others. */
const permanent: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'request_cancelled',
  'insufficient_quota',
  'model_exists',
  'token_exists',
  'too_many_keys',
  'issuer_exists',
  'mcp_server_exists',
  'provider_exists',
  'provider_test_failed',
  'deployment_ended',
  'model_load_failed',
  'model_quarantined',
  'gpu_unavailable',
  'invalid_settings',
  'data_corrupt',
  'data_too_new',
])

/** Whose answer it is: OpenAI's clients on `public` routes, llmd's own client on `admin` routes, MCP's on `mcp` routes. */
export type Surface = 'public' | 'admin' | 'mcp'

export function surfaceOf(path: string): Surface {
  if (path === '/llmd' || path.startsWith('/llmd/')) return 'admin'
  return path.startsWith('/mcp/') ? 'mcp' : 'public'
}

/** The one place where an error becomes an answer. */
export function renderError(
  error: LlmdError,
  { surface, headers = {} }: { surface: Surface; headers?: Record<string, string> },
): Response {
  return Response.json(encodeError(error, surface), {
    status: error.status,
    headers: {
      ...(error.status === 401 && { 'www-authenticate': 'Bearer' }),
      ...((error.status === 429 || error.status === 503) && { 'retry-after': '1' }),
      ...(permanent.has(error.code) && { 'x-should-retry': 'false' }),
      ...error.headers,
      ...headers,
    },
  })
}

/** In the envelope of the surface. */
export function encodeError(error: LlmdError, surface: Surface) {
  if (surface === 'admin') return encodeAdminError(error)
  return surface === 'mcp' ? encodeRpcError(error, null) : encodeOpenAiError(error)
}

/** The error envelope of management. */
export function encodeAdminError({ message, type, param, code, hint }: LlmdError): ErrorBody {
  return { error: { message, type, param: param ?? null, code, hint: hint ?? null } }
}
