import { toCredits } from '../api/credits.ts'
import type { UsageDimension, UsageRow, UsageSums } from '../api/usage.ts'
import { addSums, type UsageGroup } from '../usage/ledger.ts'

/** Nobody looks through more, and clients may name any model of some providers. */
const mostRows = 1000

type Sums = Omit<UsageGroup, 'key'>

/** Sums as the API shows them: with names and means, and with what all groups come to. */
export function presentUsage(
  by: UsageDimension,
  groups: readonly UsageGroup[],
  nameOfToken: (id: string) => string | null,
): { totals: UsageSums; data: UsageRow[] } {
  const sorted = groups.toSorted(by === 'day' ? byKey : byTokens)
  const shown = by === 'day' ? sorted.slice(-mostRows) : sorted.slice(0, mostRows)
  const nameOf = (key: string | null) => (by === 'token' && key !== null ? nameOfToken(key) : key)
  return {
    totals: describe(groups.reduce<Sums>(addSums, nothing)),
    data: shown.map((group) => Object.assign({ key: group.key, name: nameOf(group.key) }, describe(group))),
  }
}

const nothing: Sums = {
  requests: 0,
  errors: 0,
  promptTokens: 0,
  cachedTokens: 0,
  completionTokens: 0,
  reasoningTokens: 0,
  firstBytes: 0,
  firstByteMs: 0,
  ms: 0,
  microCredits: 0,
}

function describe(sums: Sums): UsageSums {
  return {
    requests: sums.requests,
    errors: sums.errors,
    prompt_tokens: sums.promptTokens,
    cached_tokens: sums.cachedTokens,
    completion_tokens: sums.completionTokens,
    reasoning_tokens: sums.reasoningTokens,
    credits: toCredits(sums.microCredits),
    first_byte_ms: mean(sums.firstByteMs, sums.firstBytes),
    ms: mean(sums.ms, sums.requests),
  }
}

function mean(sum: number, count: number): number | null {
  return count === 0 ? null : sum / count
}

function byKey(one: UsageGroup, other: UsageGroup): number {
  return (one.key ?? '') < (other.key ?? '') ? -1 : 1
}

function byTokens(one: UsageGroup, other: UsageGroup): number {
  return tokens(other) - tokens(one) || other.requests - one.requests || byKey(one, other)
}

function tokens({ promptTokens, completionTokens }: UsageGroup): number {
  return promptTokens + completionTokens
}
