import type { Queries } from './transact.ts'

/** An encrypted text of some table, with what it is bound to. */
export interface StoredSecret {
  stored: string
  place: { table: string; row: string; column: string; origin: string }
}

/** A column that holds encrypted texts, for whoever encrypts them anew. */
export interface SecretStore {
  list(within: Queries): Promise<StoredSecret[]>
  /** Puts each text into its place, where `list` has found another. */
  replace(changes: StoredSecret[], within: Queries): Promise<void>
}
