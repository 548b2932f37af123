import { scopeSchema, type Scope } from '../api/tokens.ts'
import type { IssuerSettings } from '../api/issuers.ts'

/** Claims of a JWT, as they were signed. */
export type Claims = Readonly<Record<string, unknown>>

/** What the claims allow: the scopes that everyone has, and those that values of the claim grant. */
export function grantedScopes(
  claims: Claims,
  settings: Pick<IssuerSettings, 'scope_claim' | 'grants' | 'default_scopes'>,
): Scope[] {
  const values = new Set(claimValues(claims, settings.scope_claim))
  const granted = settings.grants.filter(({ value }) => values.has(value)).map(({ scope }) => scope)
  const scopes = new Set([...settings.default_scopes, ...granted])
  return scopeSchema.options.filter((scope) => scopes.has(scope))
}

/**
 * The words of a claim. Its name is taken as it is where there is such a claim, for some are addresses; else its dots
 * lead into objects.
 */
export function claimValues(claims: Claims, name: string): string[] {
  const value = ownProperty(claims, name) ?? name.split('.').reduce<unknown>(ownProperty, claims)
  if (typeof value === 'string') return value.split(/\s+/).filter(Boolean)
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

function ownProperty(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
}
