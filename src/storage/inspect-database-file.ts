import Sqlite from 'better-sqlite3'
import { LlmdError } from '../errors.ts'
import { migrations } from './migrations.ts'
import { usageMigrations } from './usage-database.ts'

/** Which of llmd's databases a file is, told by a table that it alone has. */
const kinds = [
  { kind: 'state', table: 'tokens', known: migrations.length },
  { kind: 'usage', table: 'requests', known: usageMigrations.length },
] as const

/**
 * Looks whether a database that nobody has open could be put into place.
 * @throws LlmdError `data_corrupt`; `data_too_new` for one that a newer llmd made; `invalid_request` for one of others
 */
export function inspectDatabaseFile(file: string): { kind: 'state' | 'usage'; version: number } {
  try {
    using connection = open(file)
    const problem = String(connection.pragma('integrity_check(1)', { simple: true }))
    if (problem !== 'ok') throw damaged(file, problem)
    const version = Number(connection.pragma('user_version', { simple: true }))
    const has = connection.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").pluck()
    const found = kinds.find(({ table }) => has.get(table) === 1)
    if (!found || version === 0) throw new LlmdError('invalid_request', `${file} is no database of llmd.`)
    if (version > found.known) {
      throw new LlmdError(
        'data_too_new',
        `${file} has schema version ${version}; this llmd knows versions up to ${found.known}.`,
        { hint: 'Use the llmd that made it, or a newer one.' },
      )
    }
    return { kind: found.kind, version }
  } catch (error) {
    if (error instanceof Sqlite.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code))
      throw damaged(file, error.message)
    throw error
  }
}

/**
 * Moves what is in the log beside a database into it, so that the one file is all of it. One that cannot be opened is
 * left as it is.
 */
export function settleDatabaseFile(file: string): void {
  try {
    using connection = open(file)
    connection.pragma('journal_mode = DELETE')
  } catch {
    // It is damaged: that is why it is replaced.
  }
}

function open(file: string): Sqlite.Database & Disposable {
  const connection = new Sqlite(file, { fileMustExist: true })
  return Object.assign(connection, { [Symbol.dispose]: () => void connection.close() })
}

function damaged(file: string, problem: string): LlmdError {
  return new LlmdError('data_corrupt', `${file} is damaged: ${problem}`, { hint: 'Use another backup.' })
}
