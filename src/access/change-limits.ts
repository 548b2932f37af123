import { toMicroCredits } from '../api/credits.ts'
import type { EditToken } from '../api/tokens.ts'
import type { TokenLimits } from '../storage/token-table.ts'

const none: TokenLimits = { rpm: null, tpm: null, creditsUntil: null, budget: null }

/**
 * What the limits are after a change; what it does not name stays as it is.
 * @param spent all that the token spent so far: a balance is kept as the sum at which it is used up, so that spending
 * changes no token
 */
export function changeLimits(
  limits: TokenLimits | null,
  { rpm, tpm, credits, budget }: Pick<EditToken, 'rpm' | 'tpm' | 'credits' | 'budget'>,
  spent: number,
): TokenLimits | null {
  const changed: TokenLimits = {
    ...(limits ?? none),
    ...(rpm !== undefined && { rpm }),
    ...(tpm !== undefined && { tpm }),
    ...(credits !== undefined && { creditsUntil: credits === null ? null : spent + toMicroCredits(credits) }),
    ...(budget !== undefined && {
      budget: budget && { credits: toMicroCredits(budget.credits), per: budget.per },
    }),
  }
  return Object.values(changed).every((limit) => limit === null) ? null : changed
}
