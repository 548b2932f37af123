import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { LlmdError } from '../errors.ts'
import { asDiskFull } from '../storage/disk-full.ts'
import { backedUpFiles, manifestName, type Manifest } from './manifest.ts'
import { readTar } from './tar.ts'

/** How every SQLite database begins. */
const sqliteMagic = 'SQLite format 3\0'
/** No manifest is longer. */
const longestManifest = 65_536

/**
 * Takes the databases of a backup apart into a folder; each is on the disk when this resolves. A file that is a
 * database itself is copied there.
 * @returns their paths
 * @throws LlmdError `data_corrupt`, `invalid_request`, `disk_full`
 */
export async function unpack(file: string, folder: string): Promise<string[]> {
  try {
    if (await isDatabase(file)) {
      const copy = join(folder, 'copy.db')
      await save(copy, createReadStream(file))
      return [copy]
    }
    return await unpackTar(file, folder)
  } catch (error) {
    throw asDiskFull(error) ?? explain(error, file)
  }
}

async function unpackTar(file: string, folder: string): Promise<string[]> {
  const files: Manifest['files'] = []
  let manifest: Manifest | undefined
  for await (const { name, size, content } of readTar(createReadStream(file))) {
    if (backedUpFiles.some((known) => known === name) && !files.some((seen) => seen.name === name)) {
      files.push({ name, bytes: size, sha256: await save(join(folder, name), content) })
    } else if (name === manifestName && size <= longestManifest) {
      manifest = JSON.parse(Buffer.concat(await Array.fromAsync(content)).toString())
    } else throw new Error('it holds what is no part of a backup')
  }
  if (!manifest) throw new Error('it has no manifest')
  if (manifest.format !== 1) throw new Error('a newer llmd made it')
  if (!isDeepStrictEqual(files, manifest.files))
    throw new Error('its files are not those that were backed up')
  return files.map(({ name }) => join(folder, name))
}

/** @returns the SHA-256 of what was saved */
async function save(path: string, content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  await using file = await open(path, 'wx', 0o600)
  for await (const chunk of content) {
    hash.update(chunk)
    await file.writeFile(chunk)
  }
  await file.sync()
  return hash.digest('hex')
}

async function isDatabase(file: string): Promise<boolean> {
  await using opened = await open(file)
  const { buffer } = await opened.read({ buffer: Buffer.alloc(sqliteMagic.length) })
  return buffer.toString('latin1') === sqliteMagic
}

function explain(error: unknown, file: string): unknown {
  if (error instanceof LlmdError || !(error instanceof Error)) return error
  if ('code' in error && 'syscall' in error) {
    return new LlmdError('invalid_request', `${file} cannot be read (${String(error.code)}).`, {
      cause: error,
    })
  }
  return new LlmdError('data_corrupt', `${file} is no backup that can be used: ${error.message}.`, {
    hint: 'Use another one. What llmd has now is as it was.',
    cause: error,
  })
}
