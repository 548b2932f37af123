import { rm, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { modelParts } from '../inference/model-parts.ts'
import type { Definition } from './definition.ts'
import { fileInUse, notDownloaded } from './refusals.ts'

/** Whether llmd fetched the file itself. */
export function isDownloaded(source: string): boolean {
  return /^(hf:|https?:\/\/)/i.test(source)
}

/**
 * The files of a model, where llmd may remove them.
 * @param all Every definition there is
 * @throws LlmdError `invalid_request` for what was not downloaded, `model_in_use` where another model has the same file
 */
export function filesToDelete(definition: Definition, all: Iterable<Definition>): string[] {
  const { name } = definition.row
  if (definition.kind !== 'local' || !isDownloaded(definition.row.source)) throw notDownloaded(name)
  const { path } = definition.file
  for (const other of all) {
    if (other !== definition && other.kind === 'local' && other.file.path === path) {
      throw fileInUse(name, other.row.name)
    }
  }
  return modelParts(path)
}

/** What is gone already is no failure; the folder goes where it is empty then. */
export async function deleteFiles(paths: string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true })
  for (const folder of new Set(paths.map((path) => dirname(path)))) await rmdir(folder).catch(() => {})
}
