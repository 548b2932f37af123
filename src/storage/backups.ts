import { readdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Database } from 'better-sqlite3'

/**
 * Copies an open database to a file beside it, whose name tells the schema version and the time.
 * @returns Path of the copy
 */
export function backUp(connection: Database, version: number): string {
  const time = new Date().toISOString().replaceAll(/[-:]/g, '')
  const backup = `${connection.name}.v${version}.${time}.backup`
  // SQLite fills a file that is there and empty, and would make one that others can read.
  writeFileSync(backup, '', { flag: 'wx', mode: 0o600 })
  connection.prepare('VACUUM INTO ?').run(backup)
  return backup
}

/** The newest backup that a program which knows the schema up to this version can use. */
export function newestBackup(file: string, version: number): string | undefined {
  const prefix = `${basename(file)}.v`
  const usable = readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix) && name.endsWith('.backup'))
    .map((name) => ({ name, version: Number.parseInt(name.slice(prefix.length), 10) }))
    .filter((backup) => backup.version <= version)
  const newest = usable.toSorted((a, b) => a.version - b.version || (a.name < b.name ? -1 : 1)).at(-1)
  return newest && join(dirname(file), newest.name)
}
