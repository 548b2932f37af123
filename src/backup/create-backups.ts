import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { diskFull } from '../storage/disk-full.ts'
import { backedUpFiles, manifestName, type Manifest } from './manifest.ts'
import { tarEnd, tarHeader, tarPadding } from './tar.ts'

/** A database that is open. */
interface Source {
  file: string
  copyTo(file: string): Promise<void>
}

export interface Backups {
  /**
   * A tar of all that must not be lost but the master key, as of now. It has to be read to its end, or given up.
   * @throws LlmdError `disk_full` where there is no room for the copies it is made from
   */
  make(): Promise<AsyncGenerator<Uint8Array>>
}

export interface BackupsOptions {
  sources: Record<(typeof backedUpFiles)[number], Source>
  /** Holds the copies while they are read; nobody else uses it. */
  folder: string
  version: string
}

/** What stays free on the disk. */
const marginBytes = 32 * 1024 * 1024

export function createBackups({ sources, folder, version }: BackupsOptions): Backups {
  // A process that was killed may have left some.
  rmSync(folder, { recursive: true, force: true })

  return {
    async make() {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      await requireRoom(folder, Object.values(sources))
      const copies = mkdtempSync(join(folder, 'copies-'))
      const remove = () => rm(copies, { recursive: true, force: true })
      try {
        for (const name of backedUpFiles) await sources[name].copyTo(join(copies, name))
      } catch (error) {
        await remove()
        throw error
      }
      return pack(copies, { version, remove })
    },
  }
}

async function* pack(
  copies: string,
  { version, remove }: { version: string; remove: () => Promise<void> },
): AsyncGenerator<Uint8Array> {
  try {
    const now = new Date()
    const manifest: Manifest = { format: 1, llmd: version, created_at: now.toISOString(), files: [] }
    for (const name of backedUpFiles) {
      const { size } = await stat(join(copies, name))
      const hash = createHash('sha256')
      yield tarHeader({ name, size }, now)
      for await (const chunk of createReadStream(join(copies, name), { highWaterMark: 256 * 1024 })) {
        hash.update(chunk)
        yield chunk
      }
      yield tarPadding(size)
      manifest.files.push({ name, bytes: size, sha256: hash.digest('hex') })
    }
    const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
    yield tarHeader({ name: manifestName, size: text.length }, now)
    yield Buffer.concat([text, tarPadding(text.length), tarEnd])
  } finally {
    await remove()
  }
}

/** A disk that a backup has filled would stop everything else. */
async function requireRoom(folder: string, sources: Source[]): Promise<void> {
  const sizes = await Promise.all(sources.map(async ({ file }) => (await stat(file)).size))
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < sizes.reduce((sum, size) => sum + size, marginBytes)) throw diskFull()
}
