import type { Provider, ProviderHealth } from '../api/providers.ts'
import type { ProviderRow } from '../storage/provider-table.ts'
import { settingsOfRow } from './provider-settings.ts'
import { isModelName, namesOf } from './served-models.ts'

interface Surroundings {
  /** Who else has a name, as in `the provider openrouter`. */
  ownerOf: (name: string) => string | undefined
  /** How a model of this provider has been doing. */
  healthOf: (model: string) => ProviderHealth
  /** Names that the operator gave to models of this provider. */
  aliases: string[]
}

export function describeProvider(row: ProviderRow, { ownerOf, healthOf, aliases }: Surroundings): Provider {
  const names = namesOf(row).map(({ name, model }) => ({ name, model, reason: reasonAgainst(name, ownerOf) }))
  return {
    name: row.name,
    preset: row.preset,
    ...settingsOfRow(row),
    has_key: row.key !== null,
    created_at: row.createdAt,
    served: names.flatMap(({ name, reason }) => (reason === undefined ? name : [])).toSorted(),
    not_served: names.flatMap(({ model, reason }) => (reason === undefined ? [] : { model, reason })),
    aliases,
    refreshed_at: row.allModels ? (row.discovered?.at ?? null) : null,
    health: worst(names.map(({ model }) => healthOf(model))),
  }
}

function reasonAgainst(name: string, ownerOf: (name: string) => string | undefined): string | undefined {
  if (!isModelName(name)) return `${name} cannot be the name of a model`
  const owner = ownerOf(name)
  return owner && `the name ${name} belongs to ${owner}`
}

const well: ProviderHealth = { state: 'ready', retry_at: null, last_error: null }
const worseLast = ['ready', 'probing', 'cooling']

function worst(healths: ProviderHealth[]): ProviderHealth {
  return healths.reduce((one, other) => (badness(other) > badness(one) ? other : one), well)
}

function badness({ state, last_error }: ProviderHealth): number {
  return worseLast.indexOf(state) * 2 + (last_error === null ? 0 : 1)
}
