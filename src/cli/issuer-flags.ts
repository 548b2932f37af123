import * as Flags from '@oclif/core/flags'
import type { EditIssuer } from '../api/issuers.ts'
import { jwtAlgorithms, type JwtAlgorithm } from '../api/jwt-algorithms.ts'
import { scopes } from '../api/scopes.ts'
import type { Scope } from '../api/tokens.ts'
import { LlmdError } from '../errors.ts'

const several = { multiple: true, multipleNonGreedy: true } as const

/** Of `issuers add` and `issuers edit`. */
export const issuerFlags = {
  audience: Flags.string({
    summary: 'What aud has to be, or to hold; can be given several times.',
    helpValue: 'TEXT',
    ...several,
  }),
  'jwks-url': Flags.string({ summary: 'Where its keys are, if it has no discovery.', helpValue: 'URL' }),
  algorithm: Flags.option({
    summary:
      'Signature that is accepted, unless RS256, ES256, EdDSA and PS256 are; can be given several times.',
    options: jwtAlgorithms,
    ...several,
  })(),
  'scope-claim': Flags.string({
    summary: 'Claim that says what a user may do, unless it is scope: realm_access.roles, for example.',
    helpValue: 'CLAIM',
  }),
  grant: Flags.string({
    summary: 'Value of that claim, and the scope that it grants; can be given several times.',
    helpValue: 'VALUE=SCOPE',
    ...several,
  }),
  'default-scope': Flags.option({
    summary: 'Scope of every user whom it vouches for; can be given several times.',
    options: scopes,
    ...several,
  })(),
}

interface GivenFlags {
  audience?: string[] | undefined
  'jwks-url'?: string | undefined
  algorithm?: JwtAlgorithm[] | undefined
  'scope-claim'?: string | undefined
  grant?: string[] | undefined
  'default-scope'?: Scope[] | undefined
}

/** What the flags say, and nothing where they say nothing. @throws LlmdError `invalid_request` */
export function givenIssuerSettings(flags: GivenFlags): EditIssuer {
  return {
    ...(flags.audience && { audience: flags.audience }),
    ...(flags['jwks-url'] !== undefined && { jwks_url: flags['jwks-url'] }),
    ...(flags.algorithm && { algorithms: flags.algorithm }),
    ...(flags['scope-claim'] !== undefined && { scope_claim: flags['scope-claim'] }),
    ...(flags.grant && { grants: flags.grant.map(readGrant) }),
    ...(flags['default-scope'] && { default_scopes: flags['default-scope'] }),
  }
}

/** Values may have = in them, scopes have none. */
function readGrant(text: string): { value: string; scope: Scope } {
  const end = text.lastIndexOf('=')
  const scope = scopes.find((one) => one === text.slice(end + 1))
  if (end > 0 && scope) return { value: text.slice(0, end), scope }
  throw new LlmdError('invalid_request', `${JSON.stringify(text)} does not say what grants which scope.`, {
    hint: `Say it as in --grant llm-user=llm-all; scopes are ${scopes.join(', ')}.`,
  })
}
