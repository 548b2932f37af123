import { statfsSync, statSync, type Stats } from 'node:fs'
import type { Paths } from '../config/paths.ts'
import { type Finding, gigabytes, ok, problem, warning } from './finding.ts'

/** Less than this, and little is left for logs, usage and what is kept of conversations. */
const littleSpace = 1e9
const hardlyAnySpace = 64e6

/** Whose the folders and files are and who else can reach them, and what room is left beside them. */
export function examineFolders(paths: Paths): Finding[] {
  return [...owners(paths), ...modes(paths), ...space(paths)]
}

function owners(paths: Paths): Finding[] {
  const uid = process.getuid?.()
  const others = [...foldersOf(paths), ...secretsOf(paths)].filter((path) => {
    const owner = look(path)?.uid
    return owner !== undefined && uid !== undefined && owner !== uid
  })
  return others.map((path) =>
    warning('owner', `${path} belongs to another user.`, `Give it to whoever runs llmd: chown it.`),
  )
}

function modes(paths: Paths): Finding[] {
  const open = foldersOf(paths).filter((path) => isOpen(path, 0o022))
  const secrets = secretsOf(paths).filter((path) => isOpen(path, 0o077))
  const findings = [
    ...open.map((path) => problem('modes', `Others can write to ${path}.`, `chmod go-w ${path}`)),
    ...secrets.map((path) => problem('modes', `Others can open ${path}.`, `chmod 600 ${path}`)),
  ]
  return findings.length > 0 ? findings : [ok('modes', `Only their owner can open what is in ${paths.data}.`)]
}

function space(paths: Paths): Finding[] {
  try {
    const { bavail, bsize } = statfsSync(paths.data)
    const free = bavail * bsize
    const message = `${gigabytes(free)} are free for ${paths.data}`
    const cure = 'Make room there: old models, or what is in the folder replaced-*.'
    if (free < hardlyAnySpace) return [problem('disk', `Only ${message}.`, cure)]
    return [free < littleSpace ? warning('disk', `Only ${message}.`, cure) : ok('disk', message)]
  } catch {
    return [ok('disk', `${paths.data} is not there yet.`)]
  }
}

function foldersOf({ config, data, cache, runtime, logs }: Paths): string[] {
  return [config, data, cache, runtime, logs]
}

function secretsOf({ database, usage, masterKey, socket }: Paths): string[] {
  return [database, usage, masterKey, socket]
}

function isOpen(path: string, bits: number): boolean {
  return ((look(path)?.mode ?? 0) & bits) !== 0
}

function look(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false })
}
