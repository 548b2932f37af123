import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { Price, PriceKind } from '../api/prices.ts'
import { LlmdError } from '../errors.ts'
import { safe } from './safe-text.ts'

/** Of `prices set` and `prices remove`: whose price it is. */
export const priceArgs = {
  model: Args.string({ description: 'Name of the model as clients say it; * is any that has no price.' }),
}

export const priceFlags = {
  tier: Flags.string({ summary: 'Tier of models whose price it is.', helpValue: 'NAME' }),
}

/** @throws LlmdError `invalid_request` where it is neither or both */
export function readPriceSubject(
  { model }: { model?: string | undefined },
  { tier }: { tier?: string | undefined },
): { kind: PriceKind; name: string } {
  if (model !== undefined && tier === undefined) return { kind: 'model', name: model }
  if (tier !== undefined && model === undefined) return { kind: 'tier', name: tier }
  throw new LlmdError('invalid_request', 'A price is either that of a model or that of a tier.', {
    hint: 'Name one of them: the model, or --tier NAME.',
  })
}

/** As in `the tier pro`. */
export function formatPriceSubject({ kind, name }: Pick<Price, 'kind' | 'name'>): string {
  if (kind === 'tier') return `the tier ${safe(name)}`
  return name === '*' ? 'any model without a price' : safe(name)
}
