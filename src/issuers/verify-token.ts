import type { CryptoKey, JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose'
import { LlmdError } from '../errors.ts'

/** What stands in a JWT that was verified, as far as it has to be there. */
export type VerifiedClaims = JWTPayload & { sub: string; exp: number }

/** What a JWT has to be. */
export interface Expected {
  issuer: string
  audience: string[]
  algorithms: string[]
  /** The wall clock, in milliseconds since 1970. */
  now: number
}

/** Clocks differ by so many seconds. */
export const clockToleranceSeconds = 30

/** Keys that are tried for a JWT that does not say which it is signed with. */
const mostTried = 10

/**
 * The claims of a JWT that holds; null where its key is none of these.
 * @throws LlmdError `invalid_api_key` that says what is wrong with it, and quotes nothing of it
 */
export async function verifyToken(
  jwt: string,
  find: JWTVerifyGetKey,
  { issuer, audience, algorithms, now }: Expected,
): Promise<VerifiedClaims | null> {
  const options: JWTVerifyOptions = {
    issuer,
    audience,
    algorithms,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: clockToleranceSeconds,
    currentDate: new Date(now),
  }
  try {
    return requireSubject(await verifyWith(jwt, find, options))
  } catch (error) {
    if (codeOf(error) === 'ERR_JWKS_NO_MATCHING_KEY') return null
    throw explain(error)
  }
}

async function verifyWith(
  jwt: string,
  find: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  const { jwtVerify } = await import('jose/jwt/verify')
  try {
    return (await jwtVerify(jwt, find, options)).payload
  } catch (error) {
    if (!isAmbiguous(error)) throw error
    let tried = 0
    for await (const key of error) {
      try {
        return (await jwtVerify(jwt, key, options)).payload
      } catch (failure) {
        tried += 1
        if (codeOf(failure) !== wrongSignature || tried === mostTried) throw failure
      }
    }
    throw error
  }
}

const wrongSignature = 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'

/** Thrown where several keys may be the one; it hands them out. */
function isAmbiguous(error: unknown): error is AsyncIterable<CryptoKey> {
  return codeOf(error) === 'ERR_JWKS_MULTIPLE_MATCHING_KEYS'
}

function requireSubject(claims: JWTPayload): VerifiedClaims {
  const { sub, exp } = claims
  if (typeof sub !== 'string' || sub === '' || exp === undefined) throw rejected('names no user')
  return { ...claims, sub, exp }
}

function explain(error: unknown): LlmdError {
  if (error instanceof LlmdError) return error
  switch (codeOf(error)) {
    case 'ERR_JWT_EXPIRED':
      return rejected('has expired', 'Sign in again, or have it renewed.')
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      return explainClaim(String(Reflect.get(Object(error), 'claim')))
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
    case 'ERR_JOSE_NOT_SUPPORTED':
      return rejected('is signed with an algorithm that is not accepted from its issuer')
    case wrongSignature:
    case 'ERR_JWKS_MULTIPLE_MATCHING_KEYS':
      return rejected('has a signature that is wrong')
    default:
      return rejected('is malformed')
  }
}

function explainClaim(claim: string): LlmdError {
  switch (claim) {
    case 'aud':
      return rejected('is for another audience', 'Have its issuer put an audience into it that llmd knows.')
    case 'iss':
      return rejected('is of another issuer')
    case 'nbf':
      return rejected('is not valid yet', 'Compare the clocks of the issuer and of llmd.')
    case 'exp':
      return rejected('does not say when it expires')
    default:
      return rejected('names no user')
  }
}

/** @param problem what is wrong with it, as a verb: `has expired` */
export function rejected(problem: string, hint?: string): LlmdError {
  return new LlmdError('invalid_api_key', `The JWT ${problem}.`, hint === undefined ? {} : { hint })
}

/** Its key is none that is known. */
export function unknownKey(): LlmdError {
  return rejected('is signed with a key that its issuer does not list')
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
