import { rm, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { StoredDownloadFile } from '../storage/download-table.ts'
import { removePartial } from './partial-file.ts'

/** Removes what a download has fetched; what was there before stays. */
export async function removeFetched(files: readonly StoredDownloadFile[]): Promise<void> {
  for (const { path, state } of files) {
    if (state === 'found') continue
    await removePartial(path)
    if (state === 'fetched') await rm(path, { force: true })
    // Only where it is empty.
    await rmdir(dirname(path)).catch(() => {})
  }
}
