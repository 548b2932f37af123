import type { AddModel } from '../api/models.ts'
import type { GgufSummary } from '../inference/inference.ts'
import { findBuiltinModel } from './builtin-models.ts'
import { changeProfile, noProfile } from './change-profile.ts'
import { chooseTargets } from './choose-targets.ts'
import type { Definition } from './definition.ts'
import { checkOptions, toStoredOptions } from './model-options.ts'
import { readSource } from './read-source.ts'
import { misplaced } from './refusals.ts'

interface DefineOptions {
  createdAt: string
  /** Where the models are that llmd carries. */
  assetsFolder: string
  /** Whether there is a provider of this name. */
  isProvider: (name: string) => boolean
  /** Reads what a file says of itself. */
  inspect: (path: string) => Promise<GgufSummary>
}

/**
 * What the operator described, of whichever kind it is.
 * @throws LlmdError `invalid_request` for what contradicts itself, and what `inspect` throws
 */
export async function defineModel(
  model: AddModel,
  { createdAt, assetsFolder, isProvider, inspect }: DefineOptions,
): Promise<Definition> {
  const { name, source, strategy, options = {} } = model
  const named = { name, createdAt, ...changeProfile(noProfile, model) }
  const refuseOptions = () => {
    if (Object.keys(options).length > 0) throw misplaced('options', name)
  }
  if (source === undefined) {
    refuseOptions()
    return { kind: 'routed', row: { kind: 'routed', ...named, ...chooseTargets(model) } }
  }
  if (strategy !== undefined) throw misplaced('targets', name)
  const local = { kind: 'local' as const, ...named, source, options: toStoredOptions(options) }
  const builtin = findBuiltinModel(source, assetsFolder)
  if (builtin) {
    checkOptions(options)
    return { kind: 'local', row: { ...local, file: null }, file: builtin }
  }
  const found = readSource(source, isProvider)
  if (found.kind === 'remote') {
    refuseOptions()
    return { kind: 'remote', row: { ...named, ...found } }
  }
  checkOptions(options)
  const file = await inspect(found.path)
  return { kind: 'local', row: { ...local, file }, file }
}
