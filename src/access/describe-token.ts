import { toCredits } from '../api/credits.ts'
import { scopeSchema, type Token } from '../api/tokens.ts'
import type { TokenRow } from '../storage/token-table.ts'
import type { Spending } from './spending.ts'

/** What a token is as of now, with what it has spent. */
export function describeToken(row: TokenRow, spending: Pick<Spending, 'total' | 'current'>): Token {
  const { limits } = row
  const used = spending.total(row.id)
  const budget = limits?.budget ?? null
  const until = limits?.creditsUntil ?? null
  return {
    id: row.id,
    name: row.name,
    masked: row.masked,
    scopes: knownScopes(row),
    created_at: row.createdAt,
    expires_at: row.expiresAt,
    revoked_at: row.revokedAt,
    owner: row.owner,
    deployment: row.deployment,
    models: row.models,
    rpm: limits?.rpm ?? null,
    tpm: limits?.tpm ?? null,
    credits: until === null ? null : toCredits(until - used),
    credits_used: toCredits(used),
    budget: budget && { credits: toCredits(budget.credits), per: budget.per },
    budget_used: budget && toCredits(spending.current(row.id, budget.per)),
  }
}

/** A scope that this program does not know grants nothing. */
export function knownScopes({ scopes }: Pick<TokenRow, 'scopes'>): Token['scopes'] {
  return scopeSchema.options.filter((scope) => scopes.includes(scope))
}
