import type { JudgedToken } from '../api/issuers.ts'
import { toLlmdError } from '../errors.ts'
import type { IssuerKeys } from './fetch-keys.ts'
import { claimValues, grantedScopes } from './granted-scopes.ts'
import type { KnownIssuer } from './known-issuer.ts'
import { claimedIssuer } from './signed-token.ts'
import { userId } from './user-id.ts'
import { type Expected, rejected, unknownKey, verifyToken } from './verify-token.ts'

const mostValues = 100
const longestValue = 200

/** What a JWT of this issuer is worth, and why it is not accepted. */
export async function judgeToken(
  jwt: string,
  { name, issuer, settings }: KnownIssuer,
  keys: IssuerKeys,
  now: number,
): Promise<JudgedToken> {
  const expected: Expected = { ...settings, issuer, now }
  try {
    if (claimedIssuer(jwt) !== issuer) throw rejected('is of another issuer')
    const claims = await verifyToken(jwt, keys.find, expected)
    if (claims === null) throw unknownKey()
    const values = claimValues(claims, settings.scope_claim)
    return {
      accepted: true,
      reason: null,
      user: userId(name, claims.sub),
      scopes: grantedScopes(claims, settings),
      claim_values: values.slice(0, mostValues).map((value) => value.slice(0, longestValue)),
      expires_at: timestamp(claims.exp),
    }
  } catch (error) {
    const { message, hint } = toLlmdError(error)
    const reason = hint === undefined ? message : `${message} ${hint}`
    return { accepted: false, reason, user: null, scopes: [], claim_values: [], expires_at: null }
  }
}

/** Null for a time that no calendar has. */
function timestamp(seconds: number): string | null {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
