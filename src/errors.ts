/**
 * The one catalogue of what can go wrong. Each code stands for one failure mode, whatever the surface that
 * reports it: the HTTP status and the OpenAI error type come from here, the message from the place that failed.
 */
export const errorCatalogue = {
  invalid_request: { status: 400, type: 'invalid_request_error' },
  invalid_json: { status: 400, type: 'invalid_request_error' },
  unsupported_parameter: { status: 400, type: 'invalid_request_error' },
  unsupported_content: { status: 400, type: 'invalid_request_error' },
  unsupported_by_model: { status: 400, type: 'invalid_request_error' },
  context_length_exceeded: { status: 400, type: 'invalid_request_error' },
  model_file_invalid: { status: 400, type: 'invalid_request_error' },
  model_file_not_found: { status: 400, type: 'invalid_request_error' },
  model_too_large: { status: 400, type: 'invalid_request_error' },
  template_failed: { status: 400, type: 'invalid_request_error' },
  unsupported_schema: { status: 400, type: 'invalid_request_error' },
  invalid_host: { status: 400, type: 'invalid_request_error' },
  invalid_api_key: { status: 401, type: 'invalid_request_error' },
  insufficient_quota: { status: 402, type: 'insufficient_quota' },
  permission_denied: { status: 403, type: 'permission_denied' },
  origin_refused: { status: 403, type: 'permission_denied' },
  host_refused: { status: 403, type: 'permission_denied' },
  not_found: { status: 404, type: 'invalid_request_error' },
  model_not_found: { status: 404, type: 'invalid_request_error' },
  price_not_found: { status: 404, type: 'invalid_request_error' },
  token_not_found: { status: 404, type: 'invalid_request_error' },
  issuer_not_found: { status: 404, type: 'invalid_request_error' },
  mcp_server_not_found: { status: 404, type: 'invalid_request_error' },
  mcp_session_not_found: { status: 404, type: 'invalid_request_error' },
  provider_not_found: { status: 404, type: 'invalid_request_error' },
  download_not_found: { status: 404, type: 'invalid_request_error' },
  deployment_not_found: { status: 404, type: 'invalid_request_error' },
  deployment_key_not_found: { status: 404, type: 'invalid_request_error' },
  source_not_found: { status: 404, type: 'invalid_request_error' },
  method_not_allowed: { status: 405, type: 'invalid_request_error' },
  model_exists: { status: 409, type: 'conflict' },
  token_exists: { status: 409, type: 'conflict' },
  too_many_keys: { status: 409, type: 'conflict' },
  issuer_exists: { status: 409, type: 'conflict' },
  mcp_server_exists: { status: 409, type: 'conflict' },
  provider_exists: { status: 409, type: 'conflict' },
  download_exists: { status: 409, type: 'conflict' },
  provider_test_failed: { status: 409, type: 'conflict' },
  deployment_not_ready: { status: 409, type: 'conflict' },
  deployment_ended: { status: 409, type: 'conflict' },
  model_in_use: { status: 409, type: 'conflict' },
  model_quarantined: { status: 409, type: 'conflict' },
  data_locked: { status: 409, type: 'conflict' },
  file_changed: { status: 409, type: 'conflict' },
  client_stalled: { status: 408, type: 'invalid_request_error' },
  request_not_found: { status: 404, type: 'invalid_request_error' },
  request_cancelled: { status: 409, type: 'conflict' },
  request_too_large: { status: 413, type: 'invalid_request_error' },
  rate_limit_exceeded: { status: 429, type: 'rate_limit_error' },
  internal_error: { status: 500, type: 'server_error' },
  engine_failed: { status: 500, type: 'server_error' },
  model_load_failed: { status: 500, type: 'server_error' },
  gpu_unavailable: { status: 500, type: 'server_error' },
  invalid_settings: { status: 500, type: 'server_error' },
  data_corrupt: { status: 500, type: 'server_error' },
  data_too_new: { status: 500, type: 'server_error' },
  listen_failed: { status: 500, type: 'server_error' },
  upstream_error: { status: 502, type: 'server_error' },
  upstream_credentials: { status: 502, type: 'server_error' },
  upstream_unreachable: { status: 502, type: 'server_error' },
  download_corrupt: { status: 502, type: 'server_error' },
  upstream_timeout: { status: 504, type: 'server_error' },
  issuer_unreachable: { status: 503, type: 'server_error' },
  sealed: { status: 503, type: 'server_error' },
  overloaded: { status: 503, type: 'server_error' },
  shutting_down: { status: 503, type: 'server_error' },
  daemon_unreachable: { status: 503, type: 'server_error' },
  disk_full: { status: 507, type: 'server_error' },
} as const satisfies Record<string, { status: number; type: string }>

export type ErrorCode = keyof typeof errorCatalogue

export interface LlmdErrorOptions {
  /** One line that says what to do about it. */
  hint?: string
  /** Path of the request field at fault, in the client's own spelling: `messages[0].content`. */
  param?: string
  /** Of the answer that tells of it, beside those that its status has. */
  headers?: Record<string, string>
  cause?: unknown
}

/** An error with a code of the catalogue. Its message and hint are shown to the client: no secrets in them. */
export class LlmdError extends Error {
  override readonly name = 'LlmdError'
  readonly code: ErrorCode
  readonly status: number
  readonly type: string
  readonly hint: string | undefined
  readonly param: string | undefined
  readonly headers: Record<string, string> | undefined

  constructor(code: ErrorCode, message: string, { hint, param, headers, cause }: LlmdErrorOptions = {}) {
    super(message, { cause })
    this.code = code
    this.status = errorCatalogue[code].status
    this.type = errorCatalogue[code].type
    this.hint = hint
    this.param = param
    this.headers = headers
  }
}

/** What failed, as an LlmdError: an unforeseen exception becomes `internal_error`, with the original as cause. */
export function toLlmdError(error: unknown): LlmdError {
  if (error instanceof LlmdError) return error
  return new LlmdError('internal_error', 'llmd met an unexpected error.', {
    cause: error,
    hint: 'The log of the daemon tells more; search it for the request id.',
  })
}
