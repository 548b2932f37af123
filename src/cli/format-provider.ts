import type { Provider, ProviderTest } from '../api/providers.ts'
import { formatRelativeTime } from './format.ts'
import { safe } from './safe-text.ts'
import { formatPairs } from './table.ts'

/** All there is to know of a provider, a line each. */
export function formatProvider(provider: Provider): string {
  const { health } = provider
  return formatPairs([
    ['Name', provider.name],
    ['Preset', provider.preset ?? '-'],
    ['Format', provider.format],
    ['Base URL', provider.base_url],
    ['Key', provider.has_key ? '********' : '-'],
    ['Prefix', provider.prefix ?? '-'],
    ['Models', provider.models.join(', ') || '-'],
    ['All models', formatAll(provider)],
    ['Served as', provider.served.join(', ') || '-'],
    ['Not served', provider.not_served.map(({ model, reason }) => `${model} (${reason})`).join(', ') || '-'],
    ['Aliases', provider.aliases.join(', ') || '-'],
    ['Headers', formatHeaders(provider.headers)],
    ['Organization', provider.organization ?? '-'],
    ['Project', provider.project ?? '-'],
    ['Proxy', provider.proxy ?? '-'],
    ['CA file', provider.ca_file ?? '-'],
    ['Socket', provider.socket ?? '-'],
    ['Private hosts', provider.allow_private ? 'allowed' : 'refused'],
    ['Added', formatRelativeTime(provider.created_at)],
    ['State', health.retry_at === null ? health.state : `cooling, ${formatRelativeTime(health.retry_at)}`],
    ['Last error', health.last_error ?? '-'],
  ])
}

/** As in `2 models`, and what is not among them. */
export function formatServed({ served, not_served }: Provider): string {
  const count = `${served.length} ${served.length === 1 ? 'model' : 'models'}`
  const left = not_served.map(({ model, reason }) => `\nNot served: ${safe(model)} (${safe(reason)}).`)
  return `${count}.${left.join('')}`
}

/** The first few of many names. */
export function formatFirst(names: string[], most: number): string {
  const more = names.length - most
  return names.slice(0, most).join(', ') + (more > 0 ? ` + ${more}` : '')
}

export function formatProviderTest(name: string, test: ProviderTest): string {
  const model = test.model === null ? '' : ` (${safe(test.model)})`
  if (!test.failure) return `${safe(name)} works${model}: it answered after ${test.ms ?? 0} ms.`
  const { message, hint } = test.failure
  return `${safe(name)} does not work${model}: ${safe(message)}.${hint === null ? '' : `\n${safe(hint)}`}`
}

function formatAll({ all_models, refreshed_at }: Provider): string {
  if (!all_models) return 'no'
  return refreshed_at === null ? 'yes, not listed yet' : `yes, listed ${formatRelativeTime(refreshed_at)}`
}

function formatHeaders(headers: Provider['headers']): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return lines.join('; ') || '-'
}
