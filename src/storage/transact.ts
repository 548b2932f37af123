import type { Database } from './database.ts'

/** Where a table's queries go: the database itself, or one transaction of it. */
export type Queries = Pick<Database, 'kysely'>

/** All that `work` does through its argument, or nothing of it. Other queries wait meanwhile. */
export function transact<Result>(
  { kysely }: Queries,
  work: (within: Queries) => Promise<Result>,
): Promise<Result> {
  return kysely.transaction().execute((transaction) => work({ kysely: transaction }))
}
