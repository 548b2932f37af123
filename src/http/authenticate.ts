import type { Principal, TokenStore } from '../access/token-store.ts'
import { withoutToken } from '../access/without-token.ts'
import { scopeSchema } from '../api/tokens.ts'
import { LlmdError } from '../errors.ts'
import type { IssuerStore } from '../issuers/issuer-store.ts'
import { isSignedToken } from '../issuers/signed-token.ts'
import type { RequestContext } from './http-env.ts'
import { type FailureLimit, limitFailures } from './limit-failures.ts'
import { swaggerUiFiles } from './swagger-ui-files.ts'

/** What anyone may ask. Compared with the very path that the router matches, so the two cannot disagree. */
const openPaths = new Set(['/health', '/ready', '/openapi.json', '/swagger-ui/', ...swaggerUiFiles.keys()])

/** File permissions, or being this very process, stand in for a token. */
const trusted = withoutToken(scopeSchema.options)

/** Whoever it is, where metrics are for all. */
const anyone = withoutToken(['metrics'])

/** Whoever it is, where nothing is asked that needs to be allowed. */
export const nobody = withoutToken([])

/** By whose word somebody is let in. */
export interface Trust {
  tokens: Pick<TokenStore, 'verify'>
  /** Absent in a process that leaves JWTs to another. */
  issuers?: Pick<IssuerStore, 'any' | 'verify'>
  /** Asked for at each request. */
  auth: { readonly missingTokenStatus: number }
}

/**
 * Who asks; a promise only where somebody else has to be asked first.
 * @throws LlmdError `invalid_api_key`, `invalid_request`, `rate_limit_exceeded`
 */
export type Authentication = (context: RequestContext, headers: Headers) => Principal | Promise<Principal>

/** Default deny: without a credential that holds, only what is for anyone is answered. */
export function authenticate({
  metrics,
  ...trust
}: Trust & {
  metrics?: { readonly isPublic: boolean }
}): Authentication {
  const failures = limitFailures()
  const checks = { ...trust, failures }
  return (context, headers) => {
    if (openPaths.has(context.path)) return nobody
    if (context.path === '/metrics' && metrics?.isPublic) return anyone
    return identify(context, presentedKey(headers), checks)
  }
}

function identify(
  context: RequestContext,
  key: string | null,
  { tokens, issuers, auth, failures }: Trust & { failures: FailureLimit },
): Principal | Promise<Principal> {
  const { arrival } = context
  if (key === null) {
    if (arrival.via !== 'tcp') return trusted
    const code = auth.missingTokenStatus === 400 ? 'invalid_request' : 'invalid_api_key'
    throw new LlmdError(code, 'No API key was given.', { hint: 'Send it as "Authorization: Bearer KEY".' })
  }
  const principal = tokens.verify(key)
  if (principal) return principal
  if (issuers?.any && isSignedToken(key)) {
    const user = issuers.verify(key)
    return user instanceof Promise ? admit(context, user, failures) : user
  }
  failures.count(arrival)
  throw new LlmdError('invalid_api_key', 'The API key is malformed, unknown, revoked or expired.')
}

/** A user whose JWT has to be looked at first. */
async function admit(
  { arrival, open }: RequestContext,
  user: Promise<Principal>,
  failures: FailureLimit,
): Promise<Principal> {
  try {
    const principal = await user
    // Of a client that has left meanwhile no body would ever come.
    open.cancelSignal.throwIfAborted()
    return principal
  } catch (error) {
    if (error instanceof LlmdError && error.code === 'invalid_api_key') failures.count(arrival)
    throw error
  }
}

/** Empty for a header that holds no key: a credential that is there counts, even where none is needed. */
function presentedKey(headers: Headers): string | null {
  const authorization = headers.get('authorization')
  if (authorization === null) return headers.get('x-api-key')
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? ''
}
