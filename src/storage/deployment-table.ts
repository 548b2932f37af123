import type { Database } from './database.ts'
import type { Schema } from './schema.ts'
import type { StoredFailure } from './stored-failure.ts'

/** A model that is kept ready for keys of its own, or was. Times are ISO 8601. */
export interface DeploymentRow {
  id: string
  model: string
  /** `live` is every daemon's to make ready; the others are for good. */
  state: 'live' | 'stopped' | 'failed' | 'expired'
  createdAt: string
  /** When it was ready for the first time. */
  readyAt: string | null
  /** Null is never. */
  endsAt: string | null
  endedAt: string | null
  /** Why it failed. */
  reason: StoredFailure | null
}

export interface DeploymentTable {
  /** Oldest first. */
  all(): Promise<DeploymentRow[]>
  insert(row: DeploymentRow): Promise<void>
  update(row: DeploymentRow): Promise<void>
}

export function createDeploymentTable({ kysely }: Database): DeploymentTable {
  return {
    async all() {
      const rows = await kysely
        .selectFrom('deployments')
        .selectAll()
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.map(toRow)
    },
    async insert(row) {
      await kysely.insertInto('deployments').values(toColumns(row)).execute()
    },
    async update(row) {
      await kysely.updateTable('deployments').set(toColumns(row)).where('id', '=', row.id).execute()
    },
  }
}

function toRow(columns: Schema['deployments']): DeploymentRow {
  const { created_at, ready_at, ends_at, ended_at, reason, ...same } = columns
  return {
    ...same,
    createdAt: created_at,
    readyAt: ready_at,
    endsAt: ends_at,
    endedAt: ended_at,
    reason: JSON.parse(reason),
  }
}

function toColumns(row: DeploymentRow): Schema['deployments'] {
  const { createdAt, readyAt, endsAt, endedAt, reason, ...same } = row
  return {
    ...same,
    created_at: createdAt,
    ready_at: readyAt,
    ends_at: endsAt,
    ended_at: endedAt,
    reason: JSON.stringify(reason),
  }
}
