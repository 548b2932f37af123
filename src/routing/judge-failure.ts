import type { ErrorCode } from '../errors.ts'

/**
 * What a failure means for the other targets of a routed model.
 * `request`: it would fail anywhere, or is to end.
 * `unsuited`: this target cannot do it, and is well; another may.
 * `broken`: nothing goes here until somebody mends it; another target may do it.
 * `passing`: another target may do it now, or this one a little later.
 */
export type Verdict = 'request' | 'unsuited' | 'broken' | 'passing'

/** Where the status of the code says too little. */
const verdicts: Partial<Record<ErrorCode, Verdict>> = {
  unsupported_parameter: 'unsuited',
  unsupported_content: 'unsuited',
  unsupported_by_model: 'unsuited',
  unsupported_schema: 'unsuited',
  template_failed: 'unsuited',
  context_length_exceeded: 'unsuited',
  // This client's own requests are what it waits for.
  rate_limit_exceeded: 'unsuited',
  // Known without asking anybody, and over as soon as the vault is open.
  sealed: 'unsuited',
  model_file_invalid: 'broken',
  model_file_not_found: 'broken',
  model_too_large: 'broken',
  model_quarantined: 'broken',
  model_load_failed: 'broken',
  gpu_unavailable: 'broken',
  upstream_credentials: 'broken',
  request_cancelled: 'request',
  shutting_down: 'request',
}

/**
 * @param failure.upstreamStatus What a provider answered; null for what llmd says itself
 * @param failure.isTooLarge Whether the provider refused it for its size, with whatever status
 */
export function judgeFailure({
  error: { code, status },
  upstreamStatus,
  isTooLarge = false,
}: {
  error: { code: ErrorCode; status: number }
  upstreamStatus: number | null
  isTooLarge?: boolean
}): Verdict {
  if (isTooLarge) return 'unsuited'
  if (upstreamStatus !== null) return judgeStatus(upstreamStatus)
  return verdicts[code] ?? judgeStatus(status)
}

function judgeStatus(status: number): Verdict {
  switch (status) {
    // Of a provider's key and account.
    case 401:
    case 402:
    case 407:
      return 'broken'
    // Of this model or this path at that provider.
    case 403:
    case 404:
    case 405:
    case 501:
      return 'unsuited'
    case 408:
    case 409:
    case 425:
    case 429:
      return 'passing'
    default:
      return status >= 500 ? 'passing' : 'request'
  }
}
