import { mkdir, realpath } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { LlmdError } from '../errors.ts'

/** Leaves room for what is put after the name while the file is not complete. */
const longestPart = 200
const longestPath = 1000

/** A relative path whose parts are ordinary names: none leads elsewhere, is hidden, or holds what no name should. */
export function isSafePath(path: string): boolean {
  if (Buffer.byteLength(path) > longestPath) return false
  return path
    .split('/')
    .every(
      (part) =>
        Buffer.byteLength(part) <= longestPart && /^[^.\p{C}\p{Z}\\/:*?"<>|][^\p{C}\\/:*?"<>|]*$/u.test(part),
    )
}

/** The last part of a URL's path, as a name; empty where it has none that could be read. */
export function fileNameOf(url: URL): string {
  try {
    return decodeURIComponent(url.pathname.slice(url.pathname.lastIndexOf('/') + 1))
  } catch {
    return ''
  }
}

/**
 * Makes the folder of a file below `root`.
 * @throws LlmdError `invalid_settings` where a link leads out of it, or it cannot be made
 */
export async function makeFolderOf(path: string, root: string): Promise<void> {
  const folder = dirname(path)
  const [realRoot, realFolder] = await makeFolder(folder).then(() =>
    Promise.all([realpath(root), realpath(folder)]),
  )
  if (realFolder === realRoot || realFolder.startsWith(join(realRoot, sep))) return
  throw new LlmdError('invalid_settings', `A link in ${root} leads out of it, to ${realFolder}.`, {
    hint: 'Remove the link, or choose another folder with the setting models.folder.',
  })
}

/** @throws LlmdError `invalid_settings` */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new LlmdError('invalid_settings', `llmd cannot make the folder ${folder}.`, {
      hint: 'Make it yours, or choose another with the setting models.folder.',
      cause: error,
    })
  }
}
