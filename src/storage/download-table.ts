import type { Database } from './database.ts'
import type { Schema } from './schema.ts'
import type { StoredFailure } from './stored-failure.ts'

/** A model that is downloaded, or was. */
export interface DownloadRow {
  id: string
  /** Of the model. */
  name: string
  /** As it was asked for. */
  source: string
  createdAt: string
  /** `queued` goes on by itself, also in the next daemon. */
  state: 'queued' | 'paused' | 'failed' | 'finished'
  /** Options of the model, as the admin API has them. */
  options: unknown
  /** What is said of the model, as the admin API has it. */
  profile: unknown
  /** In the order of a split model's parts. */
  files: StoredDownloadFile[]
  /** Why it failed. */
  error: StoredFailure | null
}

export interface StoredDownloadFile {
  /** Where it came from calls it so. */
  name: string
  url: string
  /** Where it is once it is complete; absolute. */
  path: string
  size: number
  /** What it has to be; null where nobody said. */
  sha256: string | null
  /** Whether its address stands for the same bytes for ever, so that another size is a mistake. */
  pinned: boolean
  /** `found`: it was there before, so it is not this download's to remove. */
  state: 'missing' | 'found' | 'fetched'
}

export interface DownloadTable {
  /** Oldest first. */
  all(): Promise<DownloadRow[]>
  insert(row: DownloadRow): Promise<void>
  update(row: DownloadRow): Promise<void>
  remove(id: string): Promise<void>
}

export function createDownloadTable({ kysely }: Database): DownloadTable {
  return {
    async all() {
      const rows = await kysely
        .selectFrom('downloads')
        .selectAll()
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.map(toRow)
    },
    async insert(row) {
      await kysely.insertInto('downloads').values(toColumns(row)).execute()
    },
    async update(row) {
      await kysely.updateTable('downloads').set(toColumns(row)).where('id', '=', row.id).execute()
    },
    async remove(id) {
      await kysely.deleteFrom('downloads').where('id', '=', id).execute()
    },
  }
}

function toRow({
  created_at: createdAt,
  options,
  profile,
  files,
  error,
  ...same
}: Schema['downloads']): DownloadRow {
  return {
    ...same,
    createdAt,
    options: JSON.parse(options),
    profile: JSON.parse(profile),
    files: JSON.parse(files),
    error: JSON.parse(error),
  }
}

function toColumns({ createdAt, options, profile, files, error, ...same }: DownloadRow): Schema['downloads'] {
  return {
    ...same,
    created_at: createdAt,
    options: JSON.stringify(options),
    profile: JSON.stringify(profile),
    files: JSON.stringify(files),
    error: JSON.stringify(error),
  }
}
