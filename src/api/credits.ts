import { z } from 'zod'

/** The smallest part of a credit there is. Inside, credits are whole numbers of these, so that sums are exact. */
const microCreditsInCredit = 1_000_000

const mostCredits = 1_000_000_000

/** Credits with up to six decimals. */
export const creditsSchema = z
  .number()
  .min(0)
  .max(mostCredits)
  .refine((credits) => toCredits(toMicroCredits(credits)) === credits, 'at most six decimals')

export function toMicroCredits(credits: number): number {
  return Math.round(credits * microCreditsInCredit)
}

export function toCredits(microCredits: number): number {
  return microCredits / microCreditsInCredit
}

/** As in `0.0015` or `-12`: never in powers of ten. */
export function formatCredits(credits: number): string {
  return credits.toFixed(6).replace(/\.?0+$/, '')
}
