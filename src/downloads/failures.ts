import { LlmdError } from '../errors.ts'
import { retryAfterMs } from './retry-after.ts'
import { TransientFailure } from './transient-failure.ts'

// In llmd's own words throughout: what a server says may hold anything.

export interface Refusal {
  status: number
  /** As the hub names what is wrong: `GatedRepo`. */
  errorCode: string | undefined
  retryAfter: string | undefined
}

/** What an answer means that has neither the file nor a redirect. @param page Where people look at what was asked for */
export function statusFailure(
  { status, errorCode, retryAfter }: Refusal,
  { host, page }: { host: string; page: string },
): LlmdError | TransientFailure {
  if (status === 401 || status === 403) return refused(host, page, errorCode === 'GatedRepo')
  if (status === 404 || status === 410) return notThere(page)
  if (status === 429) {
    const limited = new LlmdError('rate_limit_exceeded', `${host} takes no more requests for now.`, {
      hint: 'A download with a token, as HF_TOKEN, is allowed more on the hub. Otherwise wait and resume it.',
    })
    return new TransientFailure(limited, { afterMs: retryAfterMs(retryAfter) })
  }
  const failure = new LlmdError('upstream_error', `${host} answered with the status ${status}.`)
  const mayPass = status === 408 || status >= 500
  return mayPass ? new TransientFailure(failure, { afterMs: retryAfterMs(retryAfter) }) : failure
}

function refused(host: string, page: string, gated: boolean): LlmdError {
  return new LlmdError('upstream_credentials', `${host} does not give ${page} to llmd.`, {
    hint: gated
      ? `Accept the terms on that page, and start llmd with HF_TOKEN set to a token of that account.`
      : 'Check the spelling; what is private or gated needs HF_TOKEN in the environment that llmd is started with.',
  })
}

function notThere(page: string): LlmdError {
  return new LlmdError('source_not_found', `There is nothing at ${page}.`, {
    hint: 'Check the spelling; what is private needs HF_TOKEN in the environment that llmd is started with.',
  })
}

/** What kept a connection from being made, or broke it. */
export function networkFailure(host: string, error: unknown): Error {
  if (error instanceof LlmdError || error instanceof TransientFailure) return error
  const code = codeOf(error)
  if (/TIMEOUT|ETIMEDOUT/.test(code)) {
    return new TransientFailure(new LlmdError('upstream_timeout', `${host} did not answer in time.`))
  }
  const detail = code === '' ? '' : ` (${code})`
  return new TransientFailure(
    new LlmdError('upstream_unreachable', `The connection to ${host} failed${detail}.`, {
      hint: 'Check the network; what is there already is kept, and the download can be resumed.',
    }),
  )
}

export function brokenOff(host: string): TransientFailure {
  return new TransientFailure(new LlmdError('upstream_error', `${host} ended its answer too soon.`))
}

export function badAnswer(host: string, what: string): LlmdError {
  return new LlmdError('upstream_error', `The answer of ${host} ${what}.`)
}

/** @param what Completes "the address leads to" */
export function refusedAddress(host: string, what: string): LlmdError {
  return new LlmdError('upstream_error', `${host} leads to ${what}, where llmd fetches nothing.`)
}

export function corrupt(name: string, what: string): LlmdError {
  return new LlmdError('download_corrupt', `${name} ${what}.`, {
    hint: 'What was fetched is removed. Resume the download to fetch it again; if that fails too, the source is broken.',
  })
}

/** Codes are names that Node.js, OpenSSL and undici made up; anything else is not repeated. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : ''
}
