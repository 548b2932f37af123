import { stat } from 'node:fs/promises'
import { LlmdError } from '../errors.ts'
import type { StoredDownloadFile } from '../storage/download-table.ts'
import { addRange, countBytes, nextSpan, type ByteRange } from './byte-ranges.ts'
import type { Fetcher } from './create-fetcher.ts'
import { badAnswer, corrupt } from './failures.ts'
import { fetchSpan, type SpanOptions } from './fetch-span.ts'
import { hashFile } from './hash-file.ts'
import { openPartial, removePartial, type PartialFile } from './partial-file.ts'
import { createRemoteFile } from './remote-file.ts'
import type { RetryPolicy } from './retries.ts'
import { makeFolderOf } from './safe-path.ts'
import { StartAnew } from './start-anew.ts'

/** How files are fetched. */
export interface FetchTuning {
  /** Requests for ranges of one file at the same time. */
  connections: number
  /** Shortest and longest range that is asked for. */
  leastBytes: number
  mostBytes: number
  /** How often the journal is written, so how much a crash can cost at most. */
  saveMs: number
  policy: RetryPolicy
}

export interface DownloadFileOptions extends FetchTuning {
  fetcher: Fetcher
  /** What people look at to see where it comes from. */
  page: string
  /** No link may lead out of it. */
  folder: string
  signal: AbortSignal
  /** Bytes of the file that are there now, and how many of them have just come. */
  onReceived: (received: number, news: number) => void
  /** It has another size than was thought. */
  onSize: (size: number) => void
  /** All bytes are there, and are compared with the digest. */
  onVerify: () => void
  /** Called whenever the journal is to be written. @throws LlmdError `disk_full` */
  checkSpace: () => Promise<void>
}

const mostStarts = 4

/**
 * Puts a file into its place, whole and as its digest says; goes on with what is there.
 * @returns whether it was there before, or was fetched
 * @throws LlmdError, or the reason of the signal; what was fetched stays, unless it was wrong
 */
export async function downloadFile(
  file: StoredDownloadFile,
  options: DownloadFileOptions,
): Promise<'found' | 'fetched'> {
  const { folder, signal, onVerify, onReceived } = options
  const sizeThere = await fileSize(file.path)
  if (sizeThere !== undefined) {
    if (file.state !== 'missing' && sizeThere === file.size) return file.state
    onVerify()
    if (await matches(file.path, file, signal)) return 'found'
    throw occupied(file.path)
  }
  await makeFolderOf(file.path, folder)
  await using partial = await openPartial(file.path, file.size)
  onReceived(countBytes(partial.done), 0)
  await fetchBytes(file, partial, options)
  onVerify()
  if (!(await matches(partial.path, { ...file, size: partial.size }, signal))) {
    await partial.reset(partial.size)
    await removePartial(file.path)
    throw corrupt(file.name, 'is not what its digest says')
  }
  await partial.finish(file.path)
  return 'fetched'
}

async function fetchBytes(
  file: StoredDownloadFile,
  partial: PartialFile,
  options: DownloadFileOptions,
): Promise<void> {
  const { onReceived, onSize } = options
  let whole = false
  for (let starts = 1; ; starts++) {
    try {
      await fetchSpans(file, partial, { ...options, whole })
      return
    } catch (error) {
      if (!(error instanceof StartAnew)) throw error
      const { host } = new URL(file.url)
      if (starts === mostStarts) throw badAnswer(host, 'changes again and again')
      whole = error.whole
      await partial.reset(error.size)
      onSize(error.size)
      onReceived(0, 0)
    }
  }
}

/** All connections take spans until nothing is missing. The first to fail ends the others. */
async function fetchSpans(
  { name, url, pinned }: StoredDownloadFile,
  partial: PartialFile,
  options: DownloadFileOptions & { whole: boolean },
): Promise<void> {
  const { fetcher, page, whole, policy, leastBytes, mostBytes, onReceived } = options
  const connections = whole ? 1 : options.connections
  const failed = new AbortController()
  const signal = AbortSignal.any([options.signal, failed.signal])
  const save = createSaver(partial, options)
  const taken = new Set<ByteRange>()
  const answered = Promise.withResolvers<void>()

  const take = (): ByteRange | undefined => {
    const { size } = partial
    if (whole) return partial.done.length === 0 && taken.size === 0 ? { start: 0, end: size } : undefined
    const ranges = [...taken].reduce(addRange, [...partial.done])
    return nextSpan(ranges, { size, connections, leastBytes, mostBytes })
  }
  const span: SpanOptions = {
    remote: createRemoteFile(fetcher, new URL(url)),
    partial,
    host: new URL(url).host,
    page,
    name,
    pinned,
    whole,
    policy,
    signal,
    onAnswer: () => answered.resolve(),
    async onBytes(count) {
      onReceived(countBytes(partial.done), count)
      await save()
    },
  }
  const work = async () => {
    try {
      for (let range = take(); range; range = take()) {
        taken.add(range)
        await fetchSpan(range, span)
        taken.delete(range)
      }
    } catch (error) {
      failed.abort(error)
    } finally {
      answered.resolve()
    }
  }
  // The first answer tells what the server can do, and where the file is.
  const first = work()
  await answered.promise
  await Promise.all([first, ...Array.from({ length: connections - 1 }, work)])
  options.signal.throwIfAborted()
  failed.signal.throwIfAborted()
}

/** Writes the journal now and then, of which one connection at a time takes care. */
function createSaver(
  partial: PartialFile,
  { saveMs, checkSpace }: Pick<DownloadFileOptions, 'saveMs' | 'checkSpace'>,
): () => Promise<void> {
  let due = performance.now() + saveMs
  return async () => {
    if (performance.now() < due) return
    due = Infinity
    try {
      await checkSpace()
      await partial.save()
    } finally {
      due = performance.now() + saveMs
    }
  }
}

async function matches(
  path: string,
  { size, sha256 }: Pick<StoredDownloadFile, 'size' | 'sha256'>,
  signal: AbortSignal,
): Promise<boolean> {
  if ((await fileSize(path)) !== size) return false
  return sha256 === null || (await hashFile(path, signal)) === sha256
}

function occupied(path: string): LlmdError {
  return new LlmdError('download_corrupt', `${path} is there already, and is not what its digest says.`, {
    hint: 'Remove that file, and resume the download.',
  })
}

async function fileSize(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  )
}
