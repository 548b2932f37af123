import type { LogQuery } from '../api/logs.ts'
import { lineTime } from './line-time.ts'
import { matchLine } from './match-line.ts'
import { parseLine } from './parse-line.ts'
import type { RecentLines } from './recent-lines.ts'

/** What a reader, who may be slow, has not read yet. Disposing it ends it. */
export interface LogReader extends Disposable {
  /** The next item of the stream (`LogItem`) as JSON; undefined where there is none yet. */
  take(): string | undefined
  /** Resolves as soon as there is something to take, or there will be nothing more. */
  ready(): Promise<void>
  /** There will be nothing more. */
  readonly done: boolean
}

export interface LogReaderOptions {
  recent: RecentLines
  /** Lines of the files that are not older than a time, the oldest first; absent where the log has no files. */
  stored?: ((since: string) => AsyncGenerator<string[]>) | undefined
  query: LogQuery
}

/**
 * Reads what the files have and the memory has no more, where that was asked for; then what is in memory; then, if it
 * is to follow, each line as it comes. The memory is the queue: who has not read a line when it is forgotten is told so.
 */
export function openLogReader({ recent, stored, query }: LogReaderOptions): LogReader {
  const { follow = false, since } = query
  const matches = matchLine(query)
  const held = heldLines(recent)
  let files = since === undefined ? undefined : olderLines(stored?.(since), held[0], since)
  let fromFiles: string[] = []
  let position = 0
  let cursor = recent.next
  let next: string | undefined = opened
  let done = false
  let waiting: PromiseWithResolvers<void> | undefined
  const unfollow = recent.follow(() => waiting?.resolve())

  /** The next line from a list that matches. */
  const scan = (lines: string[]): string | undefined => {
    while (position < lines.length) {
      const line = lines[position]!
      position += 1
      if (matches(line)) return toItem(line)
    }
    return undefined
  }

  const scanLive = (): string | undefined => {
    if (cursor < recent.first) {
      const count = recent.first - cursor
      cursor = recent.first
      return JSON.stringify({ type: 'dropped', count })
    }
    for (let line = recent.at(cursor); line !== undefined; line = recent.at(cursor)) {
      cursor += 1
      if (matches(line)) return toItem(line)
    }
    return undefined
  }

  const find = (): string | undefined => {
    if (files) return scan(fromFiles)
    return scan(held) ?? (follow ? scanLive() : undefined)
  }

  const readFiles = async (from: AsyncGenerator<string[]>) => {
    const { value, done: isOver } = await from.next()
    position = 0
    fromFiles = isOver ? [] : value
    if (isOver) files = undefined
  }

  return {
    take() {
      const item = next ?? (done ? undefined : find())
      next = undefined
      return item
    },
    async ready() {
      while (!done) {
        next ??= find()
        if (next !== undefined) return
        if (files) await readFiles(files)
        else if (follow) {
          waiting = Promise.withResolvers()
          await waiting.promise
        } else done = true
      }
    },
    get done() {
      return done && next === undefined
    },
    [Symbol.dispose]() {
      done = true
      unfollow()
      waiting?.resolve()
      void files?.return(undefined)
    },
  }
}

const opened = JSON.stringify({ type: 'opened' })

function toItem(line: string): string {
  return `{"type":"line","entry":${line}}`
}

function heldLines(recent: RecentLines): string[] {
  const lines: string[] = []
  for (let number = recent.first; number < recent.next; number += 1) lines.push(recent.at(number) ?? '')
  return lines
}

/** What the files have of the time before the first line in memory, which they have too; nothing if that is older than `since`. */
async function* olderLines(
  batches: AsyncGenerator<string[]> | undefined,
  first: string | undefined,
  since: string,
): AsyncGenerator<string[]> {
  const firstTime = first === undefined ? undefined : lineTime(first)
  if (!batches || (firstTime !== undefined && firstTime < since)) return
  const isHeld = (line: string) =>
    firstTime !== undefined && (line === first || (lineTime(line) ?? '') > firstTime)
  for await (const lines of batches) {
    const end = lines.findIndex(isHeld)
    const older = end === -1 ? lines : lines.slice(0, end)
    yield older.filter((line) => parseLine(line) !== undefined)
    if (end !== -1) return
  }
}
