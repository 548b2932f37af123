import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { LlmdError } from '../errors.ts'

/** A file that tells a service manager how to run llmd. */
export interface ServiceFile {
  path: string
  text: string
}

/** Ends with the digest of what is above it, so that a change by hand can be told from an older version. */
const seal = /^(?:#|<!--) Written by llmd service install, sha256 ([\da-f]{64})(?: -->)?\n$/

/** The text with a line at its end that says whose it is. */
export function sealed({ path, text }: ServiceFile): string {
  const words = `Written by llmd service install, sha256 ${digest(text)}`
  return `${text}${path.endsWith('.plist') ? `<!-- ${words} -->` : `# ${words}`}\n`
}

/**
 * Writes it in one step.
 * @returns false where it is there already
 * @throws LlmdError `file_changed` unless forced; `permission_denied`
 */
export function writeServiceFile(file: ServiceFile, { force }: { force: boolean }): boolean {
  const { path } = file
  const wanted = sealed(file)
  const found = read(path)
  if (found === wanted) return false
  if (found !== undefined && !force && !isOurs(found)) throw changed(path)
  attempt(path, () => {
    mkdirSync(dirname(path), { recursive: true })
    const draft = `${path}.${process.pid}`
    writeFileSync(draft, wanted, { mode: 0o644 })
    renameSync(draft, path)
  })
  return true
}

/** @returns false where there is none @throws LlmdError `file_changed` unless forced; `permission_denied` */
export function removeServiceFile(path: string, { force }: { force: boolean }): boolean {
  const found = read(path)
  if (found === undefined) return false
  if (!force && !isOurs(found)) throw changed(path)
  attempt(path, () => rmSync(path))
  return true
}

function isOurs(text: string): boolean {
  const lastLine = text.lastIndexOf('\n', text.length - 2) + 1
  return seal.exec(text.slice(lastLine))?.[1] === digest(text.slice(0, lastLine))
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw refused(path, error)
  }
}

function attempt(path: string, work: () => void): void {
  try {
    work()
  } catch (error) {
    throw refused(path, error)
  }
}

function changed(path: string): LlmdError {
  return new LlmdError('file_changed', `${path} was changed by hand, and is left as it is.`, {
    hint: 'Keep changes in a drop-in (systemctl edit llmd), or replace the file with --force.',
  })
}

function refused(path: string, cause: unknown): LlmdError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new LlmdError('permission_denied', `${path} cannot be used: ${reason}`, {
    hint: 'Run this as root for the system, or say --user.',
    cause,
  })
}
