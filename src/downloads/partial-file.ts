import { constants } from 'node:fs'
import { open, readFile, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { LlmdError } from '../errors.ts'
import { addRange, countBytes, type ByteRange } from './byte-ranges.ts'

/**
 * A file while it is fetched, beside where it goes: the bytes, and a journal of which of them are on the disk. What
 * is in the journal has been there before, so it holds after a crash too. Disposing it writes the journal.
 */
export interface PartialFile extends AsyncDisposable {
  readonly path: string
  readonly size: number
  readonly done: readonly ByteRange[]
  /** What the server calls the contents; null where it has not said yet. */
  readonly validator: string | null
  setValidator(validator: string | null): void
  /** @throws LlmdError `disk_full` */
  write(bytes: Uint8Array, position: number): Promise<void>
  /** Makes sure that what was written survives a crash. */
  save(): Promise<void>
  /** Begins anew. */
  reset(size: number): Promise<void>
  /** Puts the file in its place; it has to be complete. */
  finish(path: string): Promise<void>
}

const journalSchema = z.object({
  size: z.int().min(1),
  validator: z.string().nullable(),
  done: z.array(z.tuple([z.int().min(0), z.int().min(1)])),
})

type Journal = z.infer<typeof journalSchema>

export const partialPath = (path: string) => `${path}.partial`
export const journalPath = (path: string) => `${path}.partial.json`

/** How many bytes of a file are there already. */
export async function receivedBytes(path: string, size: number): Promise<number> {
  const journal = await readJournal(path)
  return journal?.size === size ? countBytes(rangesOf(journal)) : 0
}

export async function removePartial(path: string): Promise<void> {
  await rm(journalPath(path), { force: true })
  await rm(partialPath(path), { force: true })
}

/** Goes on with what is there. @param path Where the file goes in the end; its folder has to be there */
export async function openPartial(path: string, sizeBefore: number): Promise<PartialFile> {
  const found = await readJournal(path)
  const file = await openFile(partialPath(path))
  let size = sizeBefore
  let validator: string | null = null
  let done: ByteRange[] = []
  // Of a file that is shorter than its journal says, somebody has taken away what the journal vouches for.
  const ranges = found && found.size === size ? rangesOf(found) : []
  if (found && (await file.stat()).size >= (ranges.at(-1)?.end ?? 0)) {
    done = ranges
    validator = found.validator
  } else await file.truncate(0)
  let saving = Promise.resolve()

  async function saveNow(): Promise<void> {
    const journal: Journal = { size, validator, done: done.map(({ start, end }) => [start, end]) }
    await full(file.datasync())
    await full(writeJournal(path, journal))
  }

  function save(): Promise<void> {
    const saved = saving.then(saveNow)
    saving = saved.catch(() => {})
    return saved
  }

  return {
    path: partialPath(path),
    get size() {
      return size
    },
    get done() {
      return done
    },
    get validator() {
      return validator
    },
    setValidator(value) {
      validator = value
    },
    async write(bytes, position) {
      for (let at = 0; at < bytes.length;) {
        const { bytesWritten } = await full(file.write(bytes, at, bytes.length - at, position + at))
        at += bytesWritten
      }
      done = addRange(done, { start: position, end: position + bytes.length })
    },
    save,
    async reset(newSize) {
      await saving
      await rm(journalPath(path), { force: true })
      await file.truncate(0)
      size = newSize
      validator = null
      done = []
    },
    async finish(target) {
      await saving
      await full(file.sync())
      await rename(partialPath(path), target)
      await syncFolder(dirname(target))
      await rm(journalPath(path), { force: true })
      done = []
    },
    async [Symbol.asyncDispose]() {
      // Where that fails, the journal from before still holds.
      if (done.length > 0) await save().catch(() => {})
      await file.close()
    },
  }
}

async function openFile(path: string): Promise<FileHandle> {
  // A link in its place is not followed.
  return full(open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600))
}

async function readJournal(path: string): Promise<Journal | undefined> {
  try {
    const journal = journalSchema.parse(JSON.parse(await readFile(journalPath(path), 'utf8')))
    return journal.done.every(([start, end]) => start < end && end <= journal.size) ? journal : undefined
  } catch {
    return undefined
  }
}

function rangesOf({ done }: Journal): ByteRange[] {
  return done.reduce<ByteRange[]>((ranges, [start, end]) => addRange(ranges, { start, end }), [])
}

/** Beside, then renamed, so that there is always a whole one. */
async function writeJournal(path: string, journal: Journal): Promise<void> {
  const beside = `${journalPath(path)}.new`
  const file = await open(beside, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(journal))
    await file.datasync()
  } finally {
    await file.close()
  }
  await rename(beside, journalPath(path))
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function full<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error
    throw new LlmdError('disk_full', 'There is no room left on the disk.', {
      hint: 'What is there already is kept: make room, and resume the download.',
      cause: error,
    })
  }
}
