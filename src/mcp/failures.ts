import { errors } from 'undici'
import { LlmdError } from '../errors.ts'

// In llmd's own words: what a server or a library says may quote keys, addresses or answers.

export function unknownServer(name: string): LlmdError {
  return new LlmdError('mcp_server_not_found', `There is no MCP server called ${JSON.stringify(name)}.`, {
    hint: 'List those there are with: llmd mcp list',
  })
}

/** Clients begin a new session then. */
export function unknownSession(): LlmdError {
  return new LlmdError(
    'mcp_session_not_found',
    'There is no such session: it has ended, or is of another token.',
    {
      hint: 'Begin another with initialize.',
    },
  )
}

export function badAnswer(server: string, what: string): LlmdError {
  return new LlmdError('upstream_error', `The answer of ${server} ${what}.`)
}

export function refusedKey(server: string): LlmdError {
  return new LlmdError('upstream_credentials', `${server} did not accept the key that llmd has for it.`, {
    hint: 'The operator of llmd has to give it a key that is valid.',
  })
}

export function refusedAddress(server: string, kind: 'private' | 'metadata'): LlmdError {
  return new LlmdError(
    'upstream_unreachable',
    `The host of ${server} leads to ${kind === 'metadata' ? 'a metadata service of a cloud' : 'a private address'}.`,
    kind === 'metadata'
      ? { hint: 'No MCP server is there: the URL is wrong.' }
      : { hint: 'Where that is meant, the operator of llmd has to allow private addresses for the server.' },
  )
}

export function timedOut(server: string, what: string, ms: number): LlmdError {
  return new LlmdError('upstream_timeout', `${server} ${what} within ${ms / 1000} s.`)
}

export function programFailed(server: string, what: string): LlmdError {
  return new LlmdError('upstream_error', `The program of ${server} ${what}.`, {
    hint: 'What it wrote to stderr is in the log of llmd, at the level debug.',
  })
}

export function programStuck(server: string): LlmdError {
  return new LlmdError('overloaded', `The program of ${server} does not read what it is sent.`, {
    hint: 'Begin another session where it goes on like this.',
  })
}

/** What a failure of the network or of HTTP means. @param hasBegun whether some of the answer was there */
export function networkFailure(server: string, error: unknown, hasBegun: boolean): LlmdError {
  if (error instanceof LlmdError) return error
  const code = codeOf(error)
  if (code.endsWith('_TIMEOUT') || code === 'ETIMEDOUT') {
    const what = code === 'UND_ERR_BODY_TIMEOUT' ? 'did not go on with its answer' : 'did not answer'
    return new LlmdError('upstream_timeout', `${server} ${what} in time.`)
  }
  const isMalformed =
    error instanceof errors.HTTPParserError || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'
  if (isMalformed || code === 'UND_ERR_HEADERS_OVERFLOW') return badAnswer(server, 'is not proper HTTP')
  if (hasBegun) return badAnswer(server, 'broke off')
  const why = code === '' ? 'no connection could be made' : code
  return new LlmdError('upstream_unreachable', `${server} could not be reached: ${why}.`, {
    hint: 'The URL and the network are where to look.',
  })
}

/** Codes are names that Node.js, OpenSSL and undici made up; anything else is not repeated. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : ''
}
