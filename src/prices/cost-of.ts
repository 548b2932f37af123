import type { ChatUsage } from '../chat/usage.ts'
import type { PriceRow } from '../storage/price-table.ts'

/** Nothing costs more, so that sums stay exact whatever a provider says that was used: a million credits. */
const mostMicroCredits = 1_000_000_000_000

const tokensInPrice = 1_000_000n

/** What tokens cost, in millionths of a credit: the exact sum, rounded up once. */
export function costOf(
  { input, cachedInput, output }: Pick<PriceRow, 'input' | 'cachedInput' | 'output'>,
  { promptTokens, cachedTokens, completionTokens }: ChatUsage,
): number {
  const uncached = Math.max(0, promptTokens - cachedTokens)
  // Products of prices and tokens may be larger than what a number holds exactly.
  const exact =
    BigInt(uncached) * BigInt(input) +
    BigInt(cachedTokens) * BigInt(cachedInput ?? input) +
    BigInt(completionTokens) * BigInt(output)
  return Math.min(mostMicroCredits, Number((exact + tokensInPrice - 1n) / tokensInPrice))
}
