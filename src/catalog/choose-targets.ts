import type { AddModel } from '../api/models.ts'
import { LlmdError } from '../errors.ts'
import type { RoutedModelRow, StoredTarget } from '../storage/model-table.ts'

type Targets = Pick<RoutedModelRow, 'strategy' | 'targets'>

/**
 * What a routed model is to do, from what was said of it and what it did before.
 * @throws LlmdError `invalid_request` for targets that are named twice or weighted in vain
 */
export function chooseTargets(
  { strategy, targets }: Pick<AddModel, 'strategy' | 'targets'>,
  previous?: Targets,
): Targets {
  const weighted = targets?.findIndex(({ weight }) => weight !== undefined) ?? -1
  const chosen = strategy ?? (weighted >= 0 ? 'balance' : (previous?.strategy ?? 'fallback'))
  if (chosen === 'fallback' && weighted >= 0) {
    throw new LlmdError('invalid_request', 'Weights are for balancing; a fallback goes by the order.', {
      hint: 'Leave the weights out, or take the strategy balance.',
      param: `targets[${weighted}].weight`,
    })
  }
  const all: StoredTarget[] =
    targets?.map(({ model, weight = 1 }) => ({ model, weight })) ?? previous?.targets ?? []
  refuseDuplicates(all)
  return {
    strategy: chosen,
    // So that no weight of old comes back with a later change of strategy.
    targets: chosen === 'balance' ? all : all.map(({ model }) => ({ model, weight: 1 })),
  }
}

function refuseDuplicates(targets: StoredTarget[]): void {
  for (const [index, { model }] of targets.entries()) {
    if (targets.findIndex((other) => other.model === model) === index) continue
    throw new LlmdError('invalid_request', `The target ${model} is named twice.`, {
      hint: 'Name it once; to have it chosen more often, give it a weight.',
      param: `targets[${index}].model`,
    })
  }
}
