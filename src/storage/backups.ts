import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Database } from 'better-sqlite3'

/** How many backups of a database are kept. */
const mostKept = 5

/**
 * Copies an open database to a file beside it, whose name tells the schema version and the time.
 * @returns Path of the copy
 */
export function backUp(connection: Database, version: number): string {
  const time = new Date().toISOString().replaceAll(/[-:]/g, '')
  const backup = `${connection.name}.v${version}.${time}.backup`
  // SQLite fills a file that is there and empty, and would make one that others can read.
  writeFileSync(backup, '', { flag: 'wx', mode: 0o600 })
  try {
    connection.prepare('VACUUM INTO ?').run(backup)
  } catch (error) {
    rmSync(backup, { force: true })
    throw error
  }
  return backup
}

/** Removes all backups of a database but the newest few. */
export function pruneBackups(file: string): void {
  const byAge = listBackups(file).toSorted((a, b) => (a.time < b.time ? -1 : 1))
  for (const { name } of byAge.slice(0, -mostKept)) rmSync(join(dirname(file), name), { force: true })
}

/** The newest backup that a program which knows the schema up to this version can use. */
export function newestBackup(file: string, version: number): string | undefined {
  const usable = listBackups(file).filter((backup) => backup.version <= version)
  const newest = usable.toSorted((a, b) => a.version - b.version || (a.time < b.time ? -1 : 1)).at(-1)
  return newest && join(dirname(file), newest.name)
}

function listBackups(file: string): { name: string; version: number; time: string }[] {
  const prefix = `${basename(file)}.v`
  return readdirSync(dirname(file)).flatMap((name) => {
    const [, version, time = ''] = /^(\d+)\.(\w+\.\w+)\.backup$/.exec(name.slice(prefix.length)) ?? []
    return name.startsWith(prefix) && version !== undefined ? { name, version: Number(version), time } : []
  })
}
