import type { RequestDefaults } from '../chat/request-defaults.ts'
import { LlmdError } from '../errors.ts'
import { drawOrder } from './draw-order.ts'
import { mergeDefaults } from './merge-defaults.ts'
import { type Target, targetKey } from './target.ts'

/** A model as clients see it: what is behind the name is not their business. */
export interface PublicModel {
  id: string
  /** When the name was added, in Unix seconds. */
  created: number
}

/** A name that stands for other names. No name stands for itself, by whatever way. */
export interface RoutedModel {
  kind: 'routed'
  /** `fallback`: each is for when those before it fail. `balance`: by chance, as the weights say. */
  strategy: 'fallback' | 'balance'
  targets: { model: string; weight: number }[]
  /** They come before those of the targets; absent where there are none. */
  defaults?: RequestDefaults
}

/** Whom to ask for one request. */
export interface Route {
  name: string
  /** Null for a model that is no routed one, and has one target. */
  strategy: RoutedModel['strategy'] | null
  /** At least one, none twice, in the order to try them in. */
  targets: [Target, ...Target[]]
}

export interface Router {
  models(): PublicModel[]
  /** Exact match only. @throws LlmdError `model_not_found` */
  route(name: string): Route
  /** The local model of this name, or the first one that it stands for. @throws LlmdError `model_not_found` */
  resolve(name: string): Extract<Target, { kind: 'local' }>
}

export function createRouter({
  list,
  find,
  random = Math.random,
}: {
  list: () => PublicModel[]
  find: (name: string) => Target | RoutedModel | undefined
  /** Numbers from 0 up to but not including 1, for balancing. */
  random?: () => number
}): Router {
  /** Names that are gone have no targets. */
  function targetsOf(model: Target | RoutedModel | undefined): Target[] {
    if (model?.kind !== 'routed') return model ? [model] : []
    const order = model.strategy === 'balance' ? drawOrder(model.targets, random) : model.targets
    const targets = order.flatMap((target) => targetsOf(find(target.model)))
    const { defaults } = model
    if (!defaults) return targets
    return targets.map((target) => withDefaults(target, defaults))
  }

  function route(name: string): Route {
    const model = find(name)
    if (!model) throw unknownModel(name)
    if (model.kind !== 'routed') return { name, strategy: null, targets: [model] }
    const [first, ...rest] = unique(targetsOf(model))
    if (!first) throw withoutTargets(name)
    return { name, strategy: model.strategy, targets: [first, ...rest] }
  }

  return {
    models: list,
    route,
    resolve(name) {
      const local = route(name).targets.find((target) => target.kind === 'local')
      if (local) return local
      throw new LlmdError('unsupported_by_model', `${name} stands for no local model.`, { param: 'model' })
    },
  }
}

function withDefaults(target: Target, defaults: RequestDefaults): Target {
  return { ...target, defaults: mergeDefaults(defaults, target.defaults) }
}

function unique(targets: Target[]): Target[] {
  const byKey = new Map<string, Target>()
  for (const target of targets) {
    const key = targetKey(target)
    if (!byKey.has(key)) byKey.set(key, target)
  }
  return [...byKey.values()]
}

function unknownModel(name: string): LlmdError {
  return new LlmdError('model_not_found', `The model ${JSON.stringify(name)} does not exist.`, {
    param: 'model',
    hint: 'GET /v1/models lists the models there are; names match exactly.',
  })
}

function withoutTargets(name: string): LlmdError {
  return new LlmdError('model_not_found', `None of the models that ${name} stands for exists any more.`, {
    param: 'model',
    hint: `An operator can give it others with: llmd models edit ${name} --target MODEL`,
  })
}
