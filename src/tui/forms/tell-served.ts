import type { Provider } from '../../api/providers.ts'
import type { Effect } from '../contract.ts'

/** What became of a provider, and whether all of it is served. */
export function tellServed({ name, served, not_served }: Provider, became: string): readonly Effect[] {
  const [left] = not_served
  const count = `${served.length} ${served.length === 1 ? 'model is' : 'models are'} served`
  return [
    { type: 'toast', tone: 'good', text: `${name} is ${became}: ${count}.` },
    ...(left
      ? [{ type: 'toast', tone: 'warn', text: `Not served: ${left.model} (${left.reason}).` } as const]
      : []),
    { type: 'refresh', feeds: ['providers', 'models'] },
  ]
}
