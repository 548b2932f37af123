import { modelNameSchema } from '../api/common.ts'
import { upstreamModelSchema } from '../api/providers.ts'
import type { ProviderRow } from '../storage/provider-table.ts'

/** A provider's model: `model` is the provider's own id. */
export interface RemoteModel {
  provider: string
  model: string
}

type Row = Pick<ProviderRow, 'name' | 'prefix' | 'models' | 'allModels' | 'discovered'>

export interface ServedModels {
  /** Every name that is known, once: by provider, alphabetically within each. */
  readonly all: readonly ({ name: string } & RemoteModel)[]
  /** Of the names that are known. */
  get(name: string): RemoteModel | undefined
  /**
   * Exactly this name; else the rest of it, if that can be an id, of the provider with the longest prefix that serves
   * all it has.
   */
  find(name: string): RemoteModel | undefined
}

/** Who answers for which name. Of two that bring the same, the one that comes first in `rows` has it. */
export function indexServedModels(rows: Row[]): ServedModels {
  const names = new Map<string, RemoteModel>()
  for (const row of rows) {
    for (const { name, model } of namesOf(row)) {
      if (isModelName(name) && !names.has(name)) names.set(name, { provider: row.name, model })
    }
  }
  const prefixes = rows
    .flatMap(({ name, prefix, allModels }) =>
      allModels && prefix !== null ? { provider: name, prefix } : [],
    )
    .toSorted((a, b) => b.prefix.length - a.prefix.length)
  const all = Array.from(names, ([name, { provider, model }]) => ({ name, provider, model })).toSorted(
    (a, b) => compare(a.provider, b.provider) || compare(a.name, b.name),
  )
  return {
    all,
    get: (name) => names.get(name),
    find(name) {
      const known = names.get(name)
      if (known) return known
      const owner = prefixes.find(({ prefix }) => name.length > prefix.length && name.startsWith(prefix))
      if (!owner) return undefined
      const model = name.slice(owner.prefix.length)
      // What is remembered of a name is remembered as often as clients like: it must not be of any length.
      return upstreamModelSchema.safeParse(model).success ? { provider: owner.provider, model } : undefined
    },
  }
}

/** The names a provider brings, whoever may have them already: the selected models first. */
export function namesOf({ prefix, models, allModels, discovered }: Row): { name: string; model: string }[] {
  const all = new Set([...models, ...(allModels ? (discovered?.models ?? []) : [])])
  return Array.from(all, (model) => ({ name: `${prefix ?? ''}${model}`, model }))
}

/** Whether clients can be offered it: a provider's own ids may be anything. */
export function isModelName(name: string): boolean {
  return modelNameSchema.safeParse(name).success
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
