import type { ErrorBody } from '../api/common.ts'
import { errorCatalogue, LlmdError, type ErrorCode } from '../errors.ts'

/** Whoever answers may have put anything there. */
type WireError = { [Field in keyof ErrorBody['error']]?: unknown }

const codeOfStatus: Record<number, ErrorCode> = {
  400: 'invalid_request',
  401: 'invalid_api_key',
  403: 'permission_denied',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'request_too_large',
  429: 'rate_limit_exceeded',
  503: 'overloaded',
}

/** The error a daemon answered with. A code this version does not know becomes the nearest one for the status. */
export function readError(answer: {
  status: number
  requestId: string | undefined
  text: string
}): LlmdError {
  const error = parse(answer.text)
  if (error === undefined) {
    return new LlmdError('daemon_unreachable', `What answers there is not llmd (HTTP ${answer.status}).`, {
      hint: 'Check the address given by --host or LLMD_HOST.',
    })
  }
  return fromWireError(error, answer)
}

/** An error in llmd's envelope, from an answer's body or from within a stream. */
export function fromWireError(
  error: WireError,
  { status = 500, requestId }: { status?: number; requestId?: string | undefined } = {},
): LlmdError {
  const known = isErrorCode(error.code) ? error.code : (codeOfStatus[status] ?? 'internal_error')
  const message = textOf(error.message) ?? `The daemon answered with HTTP ${status}.`
  const hint = textOf(error.hint)
  const param = textOf(error.param)
  return new LlmdError(
    known,
    known === 'internal_error' && requestId ? `${message} (request ${requestId})` : message,
    { ...(hint !== undefined && { hint }), ...(param !== undefined && { param }) },
  )
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCatalogue, code)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function parse(text: string): WireError | undefined {
  try {
    const body: { error?: WireError | null } | null = JSON.parse(text)
    const error = body?.error
    return typeof error === 'object' && error !== null ? error : undefined
  } catch {
    return undefined
  }
}
