import type { EditModel, ModelOptions } from '../api/models.ts'
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
  const { source, options = {}, reset = [], targets, strategy } = change
  const { name } = definition.row
  if (definition.kind !== 'local' && (Object.keys(options).length > 0 || reset.length > 0)) {
    throw misplaced('options', name)
  }
  if (definition.kind !== 'remote' && source !== undefined) throw misplaced('source', name)
  if (definition.kind === 'routed') {
    const chosen = chooseTargets(change, definition.row)
    return { kind: 'routed', row: { ...definition.row, ...chosen } }
  }
  if (targets !== undefined || strategy !== undefined) throw misplaced('targets', name)
  if (definition.kind === 'remote') {
    if (source === undefined) return definition
    const found = readSource(source, isProvider)
    if (found.kind !== 'remote') throw notRemote(source)
    return { kind: 'remote', row: { ...definition.row, ...found } }
  }
  const kept = Object.entries(fromStoredOptions(definition.row.options)).filter(
    ([key]) => !reset.some((one) => one === key),
  )
  const chosen: ModelOptions = { ...Object.fromEntries(kept), ...options }
  checkOptions(chosen)
  return { ...definition, row: { ...definition.row, options: toStoredOptions(chosen) } }
}
