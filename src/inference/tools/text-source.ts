/** Work that waits whenever it needs text that has not come yet. */
export type Reading<Result> = Generator<void, Result, void>

/**
 * Text that comes in pieces, read one character (UTF-16 unit) at a time by a reader that may go back. The reader
 * cannot see where a piece ends, so what it finds cannot depend on that.
 */
export interface TextSource {
  append(text: string): void
  end(): void
  /** Whether a read has met the end: everything was read, and no more comes. */
  readonly exhausted: boolean
  /** Characters read so far. */
  readonly position: number
  /** Goes back to a position not released yet. */
  rewind(position: number): void
  /** What was read so far is not needed again. */
  release(): void
  /** The next character, without reading it; undefined at the end. */
  peek(): Reading<string | undefined>
  next(): Reading<string | undefined>
  /** Reads this text if it comes next; otherwise reads nothing. */
  accept(text: string): Reading<boolean>
  /** Reads a beginning of this text if the answer ends with it just here; otherwise reads nothing. */
  acceptCutOff(text: string): Reading<boolean>
  /** Reads the characters that match, as many as come; returns them. */
  takeWhile(matches: (character: string) => boolean): Reading<string>
  skipSpace(): Reading<string>
  /** What has come but was not read. */
  unread(): string
}

export function createTextSource(): TextSource {
  let buffer = ''
  let offset = 0
  let cursor = 0
  let released = 0
  let ended = false

  function* peek(): Reading<string | undefined> {
    for (;;) {
      if (cursor < buffer.length) return buffer[cursor]
      if (ended) return undefined
      yield
    }
  }

  function* next(): Reading<string | undefined> {
    const character = yield* peek()
    if (character !== undefined) cursor++
    return character
  }

  function* accept(text: string): Reading<boolean> {
    const start = offset + cursor
    for (const unit of text.split('')) {
      if ((yield* peek()) !== unit) {
        cursor = start - offset
        return false
      }
      cursor++
    }
    return true
  }

  function* acceptCutOff(text: string): Reading<boolean> {
    const start = offset + cursor
    for (const unit of text.split('')) {
      const character = yield* peek()
      if (character === undefined) return offset + cursor > start
      if (character !== unit) break
      cursor++
    }
    cursor = start - offset
    return false
  }

  function* takeWhile(matches: (character: string) => boolean): Reading<string> {
    let taken = ''
    for (;;) {
      const character = yield* peek()
      if (character === undefined || !matches(character)) return taken
      taken += character
      cursor++
    }
  }

  return {
    append(text) {
      buffer = buffer.slice(released) + text
      offset += released
      cursor -= released
      released = 0
    },
    end() {
      ended = true
    },
    get exhausted() {
      return ended && cursor === buffer.length
    },
    get position() {
      return offset + cursor
    },
    rewind(position) {
      cursor = position - offset
    },
    release() {
      released = cursor
    },
    peek,
    next,
    accept,
    acceptCutOff,
    takeWhile,
    skipSpace: () => takeWhile(isSpace),
    unread: () => buffer.slice(cursor),
  }
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\r' || character === '\t'
}
