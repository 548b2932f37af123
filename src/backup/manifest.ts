/** What a backup says of itself, at its end: one without it is not whole. */
export interface Manifest {
  format: 1
  /** Version of the llmd that made it. */
  llmd: string
  created_at: string
  files: { name: string; bytes: number; sha256: string }[]
}

export const manifestName = 'llmd-backup.json'

/** What a backup holds: never the master key. */
export const backedUpFiles = ['state.db', 'usage.db'] as const
