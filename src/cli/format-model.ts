import type { Model, RemoteModel, RoutedModel } from '../api/models.ts'
import { formatHealth } from './format-health.ts'
import { formatLocalModel } from './format-local-model.ts'
import { formatRelativeTime } from './format.ts'
import { formatProfile } from './format-profile.ts'
import { formatPairs, formatTable } from './table.ts'

/** All there is to know of a model. */
export function formatModel(model: Model): string {
  if (model.kind === 'local') return formatLocalModel(model)
  return model.kind === 'remote' ? formatRemoteModel(model) : formatRoutedModel(model)
}

function formatRemoteModel(remote: RemoteModel): string {
  const { name, alias, provider, model, created_at, health } = remote
  return formatPairs([
    ['Name', name],
    ['Kind', alias ? 'remote' : 'remote, brought by its provider'],
    ['Provider', provider],
    ['Model', model],
    ['Added', formatRelativeTime(created_at)],
    ['State', formatHealth(health)],
    ['Last error', health?.last_error ?? '-'],
    ...formatProfile(remote),
  ])
}

function formatRoutedModel(routed: RoutedModel): string {
  const { name, strategy, created_at, targets } = routed
  const pairs = formatPairs([
    ['Name', name],
    ['Kind', `routed, ${strategy}`],
    ['Added', formatRelativeTime(created_at)],
    ...formatProfile(routed),
  ])
  const table = formatTable(
    ['TARGET', 'WEIGHT', 'KIND', 'STATE', 'LAST ERROR'],
    targets.map(({ model, weight, kind, health }) => [
      model,
      weight === null ? '-' : String(weight),
      kind ?? '-',
      kind === 'routed' ? '-' : formatHealth(health),
      health?.last_error ?? '-',
    ]),
  )
  return `${pairs}\n\n${table}`
}
