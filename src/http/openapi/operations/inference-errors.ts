import type { TellableError } from '../error-meanings.ts'

/** What anything that a model does can fail with. */
export const inferenceErrors: readonly TellableError[] = [
  'insufficient_quota',
  'model_not_found',
  'deployment_not_found',
  'deployment_not_ready',
  'deployment_ended',
  'unsupported_by_model',
  'model_file_invalid',
  'model_file_not_found',
  'model_too_large',
  'model_quarantined',
  'model_load_failed',
  'gpu_unavailable',
  'engine_failed',
  'request_cancelled',
  'rate_limit_exceeded',
  'overloaded',
  'shutting_down',
  'upstream_error',
  'upstream_credentials',
  'upstream_unreachable',
  'upstream_timeout',
  'sealed',
]
