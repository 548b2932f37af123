import type { LocalModel, Model, RemoteModel, TargetHealth } from '../api/models.ts'
import type { Inference } from '../inference/inference.ts'
import type { NamedModel } from './catalog.ts'
import type { Definition, LocalDefinition } from './definition.ts'
import { describeLocal, describeRemote, describeRouted } from './describe-model.ts'
import type { ServedName, ServedNames } from './served-names.ts'

/** How a target has been doing. */
export type LookAtHealth = (
  target: { kind: 'local'; model: string } | { kind: 'remote'; provider: string; model: string },
) => TargetHealth

/** Shows models with what they are doing now. */
export interface Presenter {
  any(definition: Definition): Model
  local(definition: LocalDefinition): LocalModel
  served(served: ServedName): RemoteModel
}

export function createPresenter({
  inference,
  providers,
  health,
  find,
}: {
  inference: Pick<Inference, 'state'>
  providers: Pick<ServedNames, 'has'>
  health: LookAtHealth
  find: (name: string) => NamedModel | undefined
}): Presenter {
  const healthOf = ({ provider, model }: { provider: string; model: string }) =>
    providers.has(provider) ? health({ kind: 'remote', provider, model }) : null

  const local = (definition: LocalDefinition) =>
    describeLocal(definition, inference.state(definition.row.name))

  function lookAt(target: string): { kind: Model['kind'] | null; health: TargetHealth | null } {
    const found = find(target)
    if (found?.kind === 'remote') return { kind: 'remote', health: healthOf(found) }
    if (found?.kind === 'local') return { kind: 'local', health: health({ kind: 'local', model: target }) }
    return { kind: found?.kind ?? null, health: null }
  }

  return {
    local,
    served: (served) => describeRemote(served, healthOf(served)),
    any(definition) {
      const { kind, row } = definition
      if (kind === 'local') return local(definition)
      if (kind === 'routed') return describeRouted(row, lookAt)
      return describeRemote(row, healthOf(row))
    },
  }
}
