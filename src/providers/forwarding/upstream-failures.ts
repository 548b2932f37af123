import { errors } from 'undici'
import { LlmdError } from '../../errors.ts'

// In llmd's own words throughout: what an upstream or a library says may quote keys, addresses or answers, so it is
// neither in the message nor kept as the cause.

/** How far a call had come. */
export type CallStage = 'connecting' | 'waiting' | 'answering'

export function badAnswer(provider: string, what: string): LlmdError {
  return new LlmdError('upstream_error', `The answer of ${provider} ${what}.`)
}

export function refusedKey(provider: string): LlmdError {
  return new LlmdError('upstream_credentials', `${provider} did not accept the key that llmd has for it.`, {
    hint: 'The operator of llmd has to give it a key that is valid.',
  })
}

export function refusedByProxy(provider: string): LlmdError {
  return new LlmdError(
    'upstream_credentials',
    `The proxy to ${provider} did not accept llmd's credentials.`,
    {
      hint: 'The operator of llmd has to correct the user and the password in the address of the proxy.',
    },
  )
}

export function refusedAddress(provider: string, kind: 'private' | 'metadata'): LlmdError {
  const what = kind === 'metadata' ? 'a metadata service of a cloud' : 'a private address'
  return new LlmdError('upstream_unreachable', `The host of ${provider} leads to ${what}.`, {
    hint:
      kind === 'metadata'
        ? 'No provider is there: the base URL is wrong.'
        : 'Where that is meant, the operator of llmd has to allow private addresses for the provider.',
  })
}

export function unreachable(provider: string, why: string): LlmdError {
  return new LlmdError('upstream_unreachable', `${provider} could not be reached: ${why}.`, {
    hint: 'The base URL, the network and the proxy, if there is one, are where to look.',
  })
}

export function timedOut(provider: string, what: string, ms: number): LlmdError {
  return new LlmdError('upstream_timeout', `${provider} ${what} within ${ms / 1000} s.`)
}

/** What a failure of the network or of HTTP means. */
export function describeFailure(provider: string, error: unknown, stage: CallStage): LlmdError {
  if (error instanceof LlmdError) return error
  const code = codeOf(error)
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return unreachableInTime(provider)
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return badAnswer(provider, 'has headers that are too long')
  if (error instanceof errors.HTTPParserError || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    return badAnswer(provider, 'is not proper HTTP')
  }
  if (isUncalledFor(error)) return badAnswer(provider, 'begins with what nobody asked for, as 100 Continue')
  if (stage === 'answering') return badAnswer(provider, 'broke off')
  if (stage === 'waiting') return unreachable(provider, 'the connection was closed before an answer came')
  return unreachable(provider, code === '' ? 'no connection could be made' : code)
}

/** Whether undici gave up on an answer: it takes no `100 Continue` and no upgrade. The upstream has the request then. */
export function isUncalledFor(error: unknown): boolean {
  return error instanceof errors.SocketError && /^bad (?:response|upgrade)$/.test(error.message)
}

function unreachableInTime(provider: string): LlmdError {
  return new LlmdError('upstream_timeout', `No connection to ${provider} could be made in time.`)
}

/** Codes are names that Node.js, OpenSSL and undici made up; anything else is not repeated. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : ''
}
