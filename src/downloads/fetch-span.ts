import { badAnswer, brokenOff, corrupt, networkFailure, statusFailure } from './failures.ts'
import type { ByteRange } from './byte-ranges.ts'
import type { Answer } from './create-fetcher.ts'
import type { PartialFile } from './partial-file.ts'
import type { RemoteFile } from './remote-file.ts'
import { createRetries, type RetryPolicy } from './retries.ts'
import { StartAnew } from './start-anew.ts'

export interface SpanOptions {
  remote: RemoteFile
  partial: PartialFile
  /** Who is asked first, for messages. */
  host: string
  /** What people look at to see where it comes from. */
  page: string
  /** As its source calls it. */
  name: string
  /** Whether its size is certain. */
  pinned: boolean
  /** Whether the server knows no ranges: then the span is the whole file. */
  whole: boolean
  policy: RetryPolicy
  signal: AbortSignal
  /** An answer is good, and its bytes begin to come. */
  onAnswer: () => void
  /** So many bytes were written. */
  onBytes: (count: number) => Promise<void>
}

/**
 * Fetches these bytes, in as many tries as it takes.
 * @throws LlmdError; StartAnew where what is there already is of no use; the reason of the signal
 */
export async function fetchSpan({ start, end }: ByteRange, options: SpanOptions): Promise<void> {
  const { partial, whole, policy, signal, onBytes } = options
  const retries = createRetries(policy, { signal })
  let at = start
  while (at < end) {
    try {
      if (whole && at > 0) {
        await partial.reset(partial.size)
        at = 0
      }
      for await (const bytes of receive({ start: at, end }, options)) {
        await partial.write(bytes, at)
        at += bytes.length
        // Without ranges the next try begins at the beginning, so nothing is gained yet.
        if (!whole) retries.succeeded()
        await onBytes(bytes.length)
      }
    } catch (error) {
      await retries.afterFailure(error)
    }
  }
}

/** @throws TransientFailure where it ends too soon */
async function* receive(range: ByteRange, options: SpanOptions): AsyncGenerator<Uint8Array> {
  const { remote, whole, signal, onAnswer } = options
  const headers = whole ? {} : { range: `bytes=${range.start}-${range.end - 1}` }
  const answer = await remote.get({ headers, signal })
  const { body, url } = answer
  try {
    checkAnswer(answer, range, options)
    onAnswer()
    let left = range.end - range.start
    for await (const chunk of bytesOf(answer, signal)) {
      left -= chunk.length
      if (left < 0) throw badAnswer(url.host, 'is longer than what was asked for')
      yield chunk
    }
    if (left > 0) throw brokenOff(url.host)
  } finally {
    body.destroy()
  }
}

async function* bytesOf({ body, url }: Answer, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk
  } catch (error) {
    signal.throwIfAborted()
    throw networkFailure(url.host, error)
  }
}

function checkAnswer(answer: Answer, range: ByteRange, options: SpanOptions): void {
  const { partial, host, page, whole } = options
  const { status, header } = answer
  if (status === 416) {
    const size = /^bytes \*\/(\d+)$/.exec(header('content-range') ?? '')?.[1]
    throw changed(Number(size ?? partial.size), options)
  }
  if (status === 200) {
    const size = Number(header('content-length') ?? partial.size)
    if (size !== partial.size) throw changed(size, options)
    if (!whole) throw new StartAnew({ size, whole: true })
  } else if (status === 206) {
    const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header('content-range') ?? '') ?? []
    if (Number(first) !== range.start || Number(last) >= range.end) {
      throw badAnswer(answer.url.host, 'has other bytes than were asked for')
    }
    if (Number(size) !== partial.size) throw changed(Number(size), options)
  } else {
    const errorCode = header('x-error-code')
    throw statusFailure({ status, errorCode, retryAfter: header('retry-after') }, { host, page })
  }
  checkValidator(answer, options)
}

/** The same address may have come to stand for another file. */
function checkValidator({ header, linkedEtag }: Answer, { partial, whole }: SpanOptions): void {
  const validator = (linkedEtag ?? header('etag') ?? header('last-modified') ?? '').replace(/^W\//, '')
  if (partial.validator === null) partial.setValidator(validator)
  else if (partial.validator !== validator) throw new StartAnew({ size: partial.size, whole })
}

function changed(size: number, { name, pinned, partial, whole }: SpanOptions): Error {
  if (!pinned && Number.isSafeInteger(size) && size > 0) return new StartAnew({ size, whole })
  return corrupt(name, `has ${size} bytes at its source, which has announced ${partial.size}`)
}
