import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** This file's own extension tells a checkout, where Node runs the sources, from a build. */
const extension = extname(import.meta.url)

/** A module of src/ that is the entry of a process: `inference/worker`. */
export function entryFile(name: string): string {
  return fileURLToPath(new URL(`../${name}${extension}`, import.meta.url))
}

/** A file of the package: `assets/`. */
export function packageFile(path: string): string {
  const root = extension === '.ts' ? '../../' : '../../../'
  return fileURLToPath(new URL(`${root}${path}`, import.meta.url))
}
