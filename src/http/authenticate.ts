import type { Principal, TokenStore } from '../access/token-store.ts'
import { scopeSchema } from '../api/tokens.ts'
import { LlmdError } from '../errors.ts'
import type { HttpContext, HttpMiddleware } from './http-env.ts'
import { type FailureLimit, limitFailures } from './limit-failures.ts'
import { swaggerUiFiles } from './swagger-ui-files.ts'

/** What anyone may ask. Compared with the very path that the router matches, so the two cannot disagree. */
const openPaths = new Set(['/health', '/ready', '/openapi.json', '/swagger-ui/', ...swaggerUiFiles.keys()])

/** File permissions, or being this very process, stand in for a token. */
const trusted: Principal = { tokenId: null, tokenName: null, scopes: new Set(scopeSchema.options) }

/** Whoever it is, where metrics are for all. */
const anyone: Principal = { tokenId: null, tokenName: null, scopes: new Set(['metrics']) }

/** Default deny: whoever gets past it has a principal. */
export function authenticate({
  tokens,
  metrics,
}: {
  tokens: Pick<TokenStore, 'verify'>
  metrics?: { readonly isPublic: boolean }
}): HttpMiddleware {
  const failures = limitFailures()
  return async (c, next) => {
    if (c.req.path === '/metrics' && metrics?.isPublic) c.set('principal', anyone)
    else if (!openPaths.has(c.req.path)) {
      const principal = identify(c, tokens, failures)
      c.set('principal', principal)
      const { tokenId, tokenName } = principal
      Object.assign(c.get('open'), { tokenId, tokenName })
    }
    await next()
  }
}

function identify(c: HttpContext, tokens: Pick<TokenStore, 'verify'>, failures: FailureLimit): Principal {
  const key = presentedKey(c)
  if (key === undefined) {
    if (c.env.via === 'socket' || c.env.via === 'in-process') return trusted
    throw new LlmdError('invalid_api_key', 'No API key was given.', {
      hint: 'Send it as "Authorization: Bearer KEY".',
    })
  }
  const principal = tokens.verify(key)
  if (principal) return principal
  failures.count(c.env)
  throw new LlmdError('invalid_api_key', 'The API key is malformed, unknown, revoked or expired.')
}

/** Empty for a header that holds no key: a credential that is there counts, even where none is needed. */
function presentedKey(c: HttpContext): string | undefined {
  const authorization = c.req.header('authorization')
  if (authorization === undefined) return c.req.header('x-api-key')
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? ''
}
