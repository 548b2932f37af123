import * as Flags from '@oclif/core/flags'
import type { AddModel } from '../api/models.ts'
import { LlmdError } from '../errors.ts'

/** What a routed model stands for, as flags of `models add` and `models edit`. */
export const routeFlags = {
  target: Flags.string({
    summary: 'Model that it stands for; can be given several times, and is tried in this order.',
    helpValue: 'NAME',
    multiple: true,
    multipleNonGreedy: true,
  }),
  weight: Flags.integer({
    summary: 'How often the target at this place is chosen, beside the others.',
    helpValue: 'N',
    multiple: true,
    multipleNonGreedy: true,
  }),
  strategy: Flags.option({
    summary: 'Whether the first target that works answers, or one is drawn for each request.',
    options: ['fallback', 'balance'] as const,
  })(),
}

/**
 * What was said of the route; nothing where nothing was.
 * @throws LlmdError `invalid_request` for weights without targets
 */
export function givenRoute(flags: {
  target?: string[] | undefined
  weight?: number[] | undefined
  strategy?: AddModel['strategy'] | undefined
}): Pick<AddModel, 'targets' | 'strategy'> {
  const { target = [], weight = [], strategy } = flags
  if (weight.length > 0 && weight.length !== target.length) {
    throw new LlmdError(
      'invalid_request',
      `There are ${target.length} targets and ${weight.length} weights.`,
      {
        hint: 'Give one --weight for each --target, in the same order.',
      },
    )
  }
  const targets = target.map((model, index) => withWeight(model, weight[index]))
  return { ...(targets.length > 0 && { targets }), ...(strategy !== undefined && { strategy }) }
}

function withWeight(model: string, weight: number | undefined): { model: string; weight?: number } {
  return weight === undefined ? { model } : { model, weight }
}
