import { readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'

/** How much is kept of a file that grows. */
export interface Retention {
  /** Files beside the one that is written to. */
  keepFiles: number
  keepDays: number
}

/** A former file: all its lines are older than `rotatedAt`, in ms since 1970. */
interface RotatedFile {
  path: string
  rotatedAt: number
}

const dayMs = 86_400_000

/** Of `llmd.log`, files like `llmd.2026-01-31T12-00-00.000Z.log`; the oldest first. */
export function listRotated(path: string): RotatedFile[] {
  const extension = extname(path)
  const stem = `${basename(path, extension)}.`
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(stem) && name.endsWith(extension))
    .toSorted()
    .flatMap((name) => {
      const rotatedAt = parseStamp(name.slice(stem.length, name.length - extension.length))
      return Number.isNaN(rotatedAt) ? [] : [{ path: join(dirname(path), name), rotatedAt }]
    })
}

/** Gives the file a name of its own in one step, so that whoever reads it or still writes to it goes on. */
export function setAside(path: string, now: number): void {
  const extension = extname(path)
  const named = (time: number) =>
    join(dirname(path), `${basename(path, extension)}.${stamp(time)}${extension}`)
  let time = now
  while (statSync(named(time), { throwIfNoEntry: false })) time += 1
  renameSync(path, named(time))
}

/** Removes what is too old or too much, and never fails: it is tried again after the next rotation. */
export function prune(path: string, { keepFiles, keepDays }: Retention, now: number): void {
  try {
    const files = listRotated(path)
    const excess = files.length - keepFiles
    for (const [index, file] of files.entries()) {
      if (index < excess || file.rotatedAt < now - keepDays * dayMs) rmSync(file.path, { force: true })
    }
  } catch {
    // A folder that cannot be read or changed is no reason to end whoever writes a log.
  }
}

/** As `prune`, and the file itself if nothing was written to it for as long. */
export function pruneAll(path: string, retention: Retention, now: number): void {
  prune(path, retention, now)
  const file = statSync(path, { throwIfNoEntry: false })
  if (file && file.mtimeMs < now - retention.keepDays * dayMs) rmSync(path, { force: true })
}

/** How long one file is written to: all that are kept cover the days together. */
export function longestAgeMs({ keepFiles, keepDays }: Retention): number {
  return (keepDays * dayMs) / (keepFiles + 1)
}

/** No colons: some file systems refuse them. */
function stamp(time: number): string {
  return new Date(time).toISOString().replaceAll(':', '-')
}

function parseStamp(text: string): number {
  return Date.parse(text.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:'))
}
