import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { LocalModel } from './inference.ts'

/**
 * The folder for what is kept of a model's conversations: another one for another file, for the same file changed,
 * and for other options, as what is kept fits no other engine.
 */
export async function stateFolder(root: string, { name, path, options }: LocalModel): Promise<string> {
  const { size, mtimeMs } = await stat(path).catch(() => ({ size: 0, mtimeMs: 0 }))
  const identity = JSON.stringify([name, path, size, mtimeMs, options])
  return join(root, createHash('sha256').update(identity).digest('hex').slice(0, 32))
}
