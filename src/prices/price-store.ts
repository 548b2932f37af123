import type { ChatUsage } from '../chat/usage.ts'
import { toCredits, toMicroCredits } from '../api/credits.ts'
import { anyModel, type Price, type PriceKind, type TokenPrice } from '../api/prices.ts'
import { LlmdError } from '../errors.ts'
import type { PriceRow, PriceTable } from '../storage/price-table.ts'
import { costOf } from './cost-of.ts'

/** What tokens that were used cost, in millionths of a credit. */
type Tariff = (usage: ChatUsage) => number

/** What the tokens of models cost. A model that has no price is free. */
export interface PriceStore {
  /** Whether anything has a price. */
  readonly hasAny: boolean
  /** By the price of the model itself, else of its tier, else of any; null for a model that is free. No I/O. */
  tariffOf(model: string): Tariff | null
  /** Models before tiers, alphabetically within each. */
  list(): Price[]
  /** Replaces the price that is there. Durable when it resolves; requests that are under way keep the old one. */
  set(kind: PriceKind, name: string, price: TokenPrice): Promise<Price>
  /** @throws LlmdError `price_not_found` */
  remove(kind: PriceKind, name: string): Promise<Price>
}

/**
 * Every price is held in memory; changes reach the table first.
 * @param options.tierOf the tier of a model by its name
 */
export async function createPriceStore({
  table,
  tierOf,
}: {
  table: PriceTable
  tierOf: (model: string) => string | null
}): Promise<PriceStore> {
  const rows = { model: new Map<string, PriceRow>(), tier: new Map<string, PriceRow>() }
  for (const row of await table.all()) rows[row.kind].set(row.name, row)

  const find = (model: string): PriceRow | undefined => {
    const own = rows.model.get(model)
    if (own) return own
    const tier = rows.tier.size === 0 ? null : tierOf(model)
    return (tier === null ? undefined : rows.tier.get(tier)) ?? rows.model.get(anyModel)
  }

  return {
    get hasAny() {
      return rows.model.size + rows.tier.size > 0
    },
    tariffOf(model) {
      const row = find(model)
      return row ? (usage) => costOf(row, usage) : null
    },
    list: () => [...sorted(rows.model), ...sorted(rows.tier)].map(describe),
    async set(kind, name, { input, cached_input, output }) {
      const row: PriceRow = {
        kind,
        name,
        input: toMicroCredits(input),
        cachedInput: cached_input === null ? null : toMicroCredits(cached_input),
        output: toMicroCredits(output),
      }
      await table.put(row)
      rows[kind].set(name, row)
      return describe(row)
    },
    async remove(kind, name) {
      const row = rows[kind].get(name)
      if (!row) {
        throw new LlmdError(
          'price_not_found',
          `The ${kind} ${JSON.stringify(name)} has no price of its own.`,
          {
            hint: 'List the prices with: llmd prices',
          },
        )
      }
      await table.remove(kind, name)
      rows[kind].delete(name)
      return describe(row)
    },
  }
}

function sorted(rows: Map<string, PriceRow>): PriceRow[] {
  return [...rows.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

function describe({ kind, name, input, cachedInput, output }: PriceRow): Price {
  return {
    kind,
    name,
    input: toCredits(input),
    cached_input: cachedInput === null ? null : toCredits(cachedInput),
    output: toCredits(output),
  }
}
