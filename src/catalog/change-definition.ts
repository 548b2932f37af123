import type { EditModel, ModelOptions } from '../api/models.ts'
import { resettableProfileSchema, type ResettableProfile } from '../api/model-profile.ts'
import { changeProfile } from './change-profile.ts'
import { chooseTargets } from './choose-targets.ts'
import type { Definition } from './definition.ts'
import { checkOptions, fromStoredOptions, toStoredOptions } from './model-options.ts'
import { readSource } from './read-source.ts'
import { misplaced, notRemote } from './refusals.ts'

/**
 * @param isProvider Whether there is a provider of this name
 * @throws LlmdError `invalid_request` for what contradicts itself, or is not for models of this kind
 */
export function changeDefinition(
  definition: Definition,
  change: EditModel,
  { isProvider }: { isProvider: (name: string) => boolean },
): Definition {
  const { source, options = {}, targets, strategy } = change
  const { name } = definition.row
  const { profile, reset } = separate(change.reset ?? [])
  const changed = changeProfile(definition.row, change, profile)
  if (definition.kind !== 'local' && (Object.keys(options).length > 0 || reset.length > 0)) {
    throw misplaced('options', name)
  }
  if (definition.kind !== 'remote' && source !== undefined) throw misplaced('source', name)
  if (definition.kind === 'routed') {
    const chosen = chooseTargets(change, definition.row)
    return { kind: 'routed', row: { ...definition.row, ...changed, ...chosen } }
  }
  if (targets !== undefined || strategy !== undefined) throw misplaced('targets', name)
  if (definition.kind === 'remote') {
    if (source === undefined) return { kind: 'remote', row: { ...definition.row, ...changed } }
    const found = readSource(source, isProvider)
    if (found.kind !== 'remote') throw notRemote(source)
    return { kind: 'remote', row: { ...definition.row, ...changed, ...found } }
  }
  const kept = Object.entries(fromStoredOptions(definition.row.options)).filter(
    ([key]) => !reset.some((one) => one === key),
  )
  const chosen: ModelOptions = { ...Object.fromEntries(kept), ...options }
  checkOptions(chosen)
  return { ...definition, row: { ...definition.row, ...changed, options: toStoredOptions(chosen) } }
}

type Reset = NonNullable<EditModel['reset']>[number]

/** What is taken back of any model, and the options of a local one. */
function separate(reset: Reset[]): { profile: ResettableProfile[]; reset: Reset[] } {
  const isOfProfile = (name: Reset): name is ResettableProfile =>
    resettableProfileSchema.options.some((one) => one === name)
  return { profile: reset.filter(isOfProfile), reset: reset.filter((name) => !isOfProfile(name)) }
}
