import { open, type FileHandle } from 'node:fs/promises'
import { listRotated } from './rotated-files.ts'

/**
 * All lines of a log that are not older than `since`, those of former files first, many at a time; with them some that
 * are older. What is written meanwhile may be missing at the end, and nothing else. Nothing where there is no log.
 */
export async function* readLogFiles(
  path: string,
  { since }: { since?: string | undefined } = {},
): AsyncGenerator<string[]> {
  // Opened first, so that it stays the last one whatever it is renamed to meanwhile.
  await using last = await openIfThere(path)
  const lastInode = (await last?.stat())?.ino
  const from = since === undefined ? 0 : Date.parse(since)
  for (const { path: former, rotatedAt } of rotatedFiles(path)) {
    if (rotatedAt < from) continue
    // It may have been removed for its age by now.
    await using file = await openIfThere(former)
    if (file && (await file.stat()).ino !== lastInode) yield* readLines(file)
  }
  if (last) yield* readLines(last)
}

/** Whole lines: one that is being written is left out. */
async function* readLines(file: FileHandle): AsyncGenerator<string[]> {
  const { size } = await file.stat()
  if (size === 0) return
  // The lines are ASCII.
  const stream = file.createReadStream({ encoding: 'latin1', end: size - 1, autoClose: false })
  let rest = ''
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    yield lines
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function rotatedFiles(path: string): ReturnType<typeof listRotated> {
  try {
    return listRotated(path)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
