import { createBackups, type Backups } from '../backup/create-backups.ts'
import type { Paths } from '../config/paths.ts'
import type { Data } from './open-data.ts'

/** Copies of all that must not be lost. */
export function openBackups(options: {
  paths: Paths
  data: Pick<Data, 'database' | 'usage'>
  version: string
}): Backups {
  const { paths, version } = options
  const { database, usage } = options.data
  return createBackups({
    sources: {
      'state.db': { file: paths.database, copyTo: (file) => database.copyTo(file) },
      'usage.db': { file: paths.usage, copyTo: (file) => usage.copyTo(file) },
    },
    folder: paths.backups,
    version,
  })
}
