import type { Database } from './database.ts'

/** As `CrashedFile` of the inference side. */
export interface CrashRow {
  path: string
  sizeBytes: number
  modifiedMs: number
  crashedAt: string
  quarantinedAt: string | null
}

/** Files whose engines crashed: of each path the newest crash. */
export interface CrashTable {
  find(path: string): Promise<CrashRow | undefined>
  /** Replaces what is known of the path. */
  put(row: CrashRow): Promise<void>
  remove(path: string): Promise<void>
}

export function createCrashTable({ kysely }: Database): CrashTable {
  return {
    async find(path) {
      const row = await kysely.selectFrom('crashes').selectAll().where('path', '=', path).executeTakeFirst()
      return (
        row && {
          path: row.path,
          sizeBytes: row.size_bytes,
          modifiedMs: row.modified_ms,
          crashedAt: row.crashed_at,
          quarantinedAt: row.quarantined_at,
        }
      )
    },
    async put({ path, sizeBytes, modifiedMs, crashedAt, quarantinedAt }) {
      await kysely
        .replaceInto('crashes')
        .values({
          path,
          size_bytes: sizeBytes,
          modified_ms: modifiedMs,
          crashed_at: crashedAt,
          quarantined_at: quarantinedAt,
        })
        .execute()
    },
    async remove(path) {
      await kysely.deleteFrom('crashes').where('path', '=', path).execute()
    },
  }
}
