import { LlmdError } from '../errors.ts'

/** SQLite's own words for it; the second comes where the shared memory beside a database cannot grow. */
const codes: ReadonlySet<unknown> = new Set(['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC', 'EDQUOT'])

/** Tells a disk without room from other failures, whoever met it; undefined for those. */
export function asDiskFull(error: unknown): LlmdError | undefined {
  if (error instanceof LlmdError && error.code === 'disk_full') return error
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && codes.has(cause.code)) return diskFull(error)
  }
  return undefined
}

export function diskFull(cause?: unknown): LlmdError {
  return new LlmdError('disk_full', 'There is no room left on the disk with the data of llmd.', {
    hint: 'Make room there. Models answer meanwhile; what is removed or revoked still holds.',
    cause,
  })
}
