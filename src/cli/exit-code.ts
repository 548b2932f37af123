import type { LlmdError } from '../errors.ts'

/** 0 done, 1 failed, 2 wrong usage, 3 daemon unreachable, 4 not authorised, 5 not found, 6 conflict. */
export function exitCode(error: LlmdError): number {
  switch (error.code) {
    case 'invalid_request':
      return 2
    // Nothing stands against it but that it does not work.
    case 'provider_test_failed':
      return 1
    case 'daemon_unreachable':
      return 3
    case 'model_file_not_found':
      return 5
  }
  switch (error.status) {
    case 401:
    case 403:
      return 4
    case 404:
      return 5
    case 409:
      return 6
    default:
      return 1
  }
}
