import type { Download } from '../../api/downloads.ts'
import type { LocalModel, Model } from '../../api/models.ts'

/** A model, or one that is still being downloaded. */
export type ModelRow = { kind: 'model'; model: Model } | { kind: 'download'; download: Download }

export function nameOf(row: ModelRow): string {
  return row.kind === 'model' ? row.model.name : row.download.name
}

export function localOf(row: ModelRow): LocalModel | null {
  return row.kind === 'model' && row.model.kind === 'local' ? row.model : null
}
