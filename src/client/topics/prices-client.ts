import type { Price, PriceKind, SetPrice } from '../../api/prices.ts'
import type { Calls } from '../create-calls.ts'

/** What tokens of models cost. */
export interface PricesClient {
  listPrices(): Promise<Price[]>
  /** Replaces the price that is there. */
  setPrice(kind: PriceKind, name: string, price: SetPrice): Promise<Price>
  removePrice(kind: PriceKind, name: string): Promise<Price>
}

export function pricesClient({ call, list }: Calls): PricesClient {
  return {
    listPrices: () => list('/prices'),
    setPrice: (kind, name, body) => call('PUT', pricePath(kind, name), { body }),
    removePrice: (kind, name) => call('DELETE', pricePath(kind, name)),
  }
}

function pricePath(kind: PriceKind, name: string): string {
  return `/prices/${kind}s/${encodeURIComponent(name)}`
}
