import { formatCredits } from '../api/credits.ts'
import type { Token } from '../api/tokens.ts'

/** What a token may use and what it has used, a line each of what there is. */
export function tokenLimitPairs(token: Token): [name: string, value: string][] {
  const { models, rpm, tpm, credits, credits_used, budget, budget_used } = token
  const pairs: [string, string | null][] = [
    ['Models', models && models.join(', ')],
    ['Requests', rpm === null ? null : `${rpm} a minute`],
    ['Tokens', tpm === null ? null : `${tpm} a minute`],
    ['Credits', credits === null ? null : `${formatCredits(credits)} left`],
    [
      'Budget',
      budget && `${formatCredits(budget_used ?? 0)} of ${formatCredits(budget.credits)} this ${budget.per}`,
    ],
    ['Used', credits_used === 0 ? null : `${formatCredits(credits_used)} credits`],
  ]
  return pairs.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))
}

/** The same in one cell, as in `30 rpm, 1.5 credits`; empty where there are no limits. */
export function formatTokenLimits({ models, rpm, tpm, credits, budget, budget_used }: Token): string {
  return [
    models && `${models.length} model${models.length === 1 ? '' : 's'}`,
    rpm === null ? null : `${rpm} rpm`,
    tpm === null ? null : `${tpm} tpm`,
    credits === null ? null : `${formatCredits(credits)} credits`,
    budget && `${formatCredits(budget.credits - (budget_used ?? 0))} this ${budget.per}`,
  ]
    .filter((limit) => limit !== null)
    .join(', ')
}
