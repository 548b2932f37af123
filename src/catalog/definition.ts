import type { GgufSummary } from '../inference/inference.ts'
import type { LocalModelRow, ModelRow, RemoteModelRow, RoutedModelRow } from '../storage/model-table.ts'
import { findBuiltinModel } from './builtin-models.ts'

/** A model that the operator defined; of a local one with its file found. */
export type Definition = LocalDefinition | RemoteDefinition | RoutedDefinition

export interface LocalDefinition {
  kind: 'local'
  row: LocalModelRow
  file: GgufSummary
}

interface RemoteDefinition {
  kind: 'remote'
  row: RemoteModelRow
}

export interface RoutedDefinition {
  kind: 'routed'
  row: RoutedModelRow
}

/** Undefined for a model that llmd once carried. */
export function toDefinition(row: ModelRow, assetsFolder: string): Definition | undefined {
  if (row.kind === 'remote') return { kind: 'remote', row }
  if (row.kind === 'routed') return { kind: 'routed', row }
  const file = row.file ?? findBuiltinModel(row.source, assetsFolder)
  return file && { kind: 'local', row, file }
}

/** The same under another name. */
export function renameDefinition(
  definition: Definition,
  named: { name: string; createdAt: string },
): Definition {
  const { kind } = definition
  if (kind === 'remote') return { kind, row: { ...definition.row, ...named } }
  if (kind === 'routed') return { kind, row: { ...definition.row, ...named } }
  return { ...definition, row: { ...definition.row, ...named } }
}
