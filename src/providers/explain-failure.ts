import { LlmdError, toLlmdError, type ErrorCode } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { fieldOf } from './field-of.ts'

/** Why a provider could not be used, in words that are the same for all of them. */
export interface UpstreamFailure {
  code: ErrorCode
  message:
    | 'Invalid API key'
    | 'Network error'
    | 'Connection failed'
    | 'Model not found'
    | 'Rate limit exceeded'
  hint: string
  /** Whether the same request may work a little later. */
  mayPass: boolean
}

interface Asked {
  baseUrl: string
  key: Secret | null
}

const aboutKey = /api[ _-]?key|credential|authenticat|unauthori[sz]ed|access token/i
const aboutModel = /model/i
const absent = /not[ _-]?found|not exist|unknown|invalid model|not a valid model|no such|unavailable/i

/** What an answer other than the hoped-for one means. */
export function explainAnswer(answer: { status: number; body: Buffer }, asked: Asked): UpstreamFailure {
  const { status } = answer
  const words = quoteAnswer(answer.body, asked.key)
  const told =
    words === null ? `It answered with HTTP ${status}.` : `It answered with HTTP ${status}: ${words}`
  const text = words ?? ''
  if (status === 401 || ((status === 400 || status === 403) && aboutKey.test(text))) {
    const advice = asked.key === null ? 'Give a key.' : 'Check the key, and that it belongs to this base URL.'
    return failure('upstream_credentials', 'Invalid API key', `${advice} ${told}`)
  }
  if (status === 429) return failure('rate_limit_exceeded', 'Rate limit exceeded', told, true)
  if ((status === 404 || status === 400) && aboutModel.test(text) && absent.test(text)) {
    return failure('model_not_found', 'Model not found', told)
  }
  if (status === 408 || status >= 500) return failure('upstream_error', 'Connection failed', told, true)
  if (status === 404 || status === 405 || (status >= 300 && status < 400) || words === null) {
    return failure('upstream_error', 'Connection failed', `${told} Check the base URL: ${asked.baseUrl}`)
  }
  return failure('upstream_error', 'Connection failed', told)
}

/** What answered is something else than what llmd speaks to. */
export function strangeAnswer(what: string, { baseUrl }: Asked): UpstreamFailure {
  return failure(
    'upstream_error',
    'Connection failed',
    `What answers is ${what}. Check the base URL: ${baseUrl}`,
  )
}

/** What a failure on the way means: of the network, or what the upstream's room says of it. */
export function explainError(error: unknown): UpstreamFailure {
  const { code, message, hint } = toLlmdError(error)
  const told = hint === undefined ? message : `${message} ${hint}`
  switch (code) {
    case 'upstream_unreachable':
    case 'upstream_timeout':
      return failure(code, 'Network error', told, true)
    default:
      return failure(code, 'Connection failed', told)
  }
}

export function toError({ code, message, hint }: UpstreamFailure): LlmdError {
  return new LlmdError(code, message, { hint })
}

function failure(
  code: ErrorCode,
  message: UpstreamFailure['message'],
  hint: string,
  mayPass = false,
): UpstreamFailure {
  return { code, message, hint, mayPass }
}

const longestQuote = 200

/** What an upstream says of an error, in one line and without the key; null where it says nothing that can be read. */
function quoteAnswer(body: Buffer, key: Secret | null): string | null {
  const words = wordsOf(body.toString())
  if (words === null) return null
  // Before anything is cut off: a part of a key is one too many.
  const discreet = key === null ? words : words.replaceAll(key.reveal(), '[secret]')
  const line = discreet.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return line.length > longestQuote ? `${line.slice(0, longestQuote)}...` : line
}

function wordsOf(text: string): string | null {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return null
  }
  const envelope: unknown = Array.isArray(body) ? body[0] : body
  const error = fieldOf(envelope, 'error')
  const places = [
    fieldOf(error, 'message'),
    error,
    fieldOf(envelope, 'message'),
    fieldOf(envelope, 'detail'),
    fieldOf(fieldOf(envelope, 'detail'), 'message'),
  ]
  return places.filter((place) => typeof place === 'string').find((place) => place !== '') ?? null
}
