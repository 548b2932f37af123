import type { Price } from '../../src/api/prices.ts'
import { LlmdError } from '../../src/errors.ts'
import type { PriceStore } from '../../src/prices/price-store.ts'

/** Prices that nobody pays. */
export function fakePrices(): PriceStore {
  const prices = new Map<string, Price>()
  return {
    get hasAny() {
      return prices.size > 0
    },
    tariffOf: () => null,
    list: () => [...prices.values()],
    async set(kind, name, price) {
      const set = { kind, name, ...price }
      prices.set(`${kind} ${name}`, set)
      return set
    },
    async remove(kind, name) {
      const price = prices.get(`${kind} ${name}`)
      if (!price) throw new LlmdError('price_not_found', 'It has no price.', { hint: 'llmd prices' })
      prices.delete(`${kind} ${name}`)
      return price
    },
  }
}
