import type { EventSink } from './event-sink.ts'
import type { Reading, TextSource } from './text-source.ts'

export interface AroundCallsOptions {
  /** Reads a call if one begins here. True: it was begun. False: nothing was said, and what was read is text. */
  readCall(): Reading<boolean>
  /** What may follow calls and says nothing: their closing markers. */
  closers: readonly string[]
}

/**
 * Reads a whole answer: text, and calls anywhere in it. White space before a call goes with the call, as does what
 * is left when the answer ends after one.
 */
export function* readAroundCalls(
  source: TextSource,
  sink: EventSink,
  { readCall, closers }: AroundCallsOptions,
): Reading<void> {
  let called = false
  let afterCall = false
  for (;;) {
    const space = yield* source.skipSpace()
    if ((yield* source.peek()) === undefined) {
      if (!afterCall) sink.text(space)
      return
    }
    const start = source.position
    if (yield* readCall()) {
      called = true
      afterCall = true
    } else {
      source.rewind(start)
      if (called && (yield* acceptCloser(source, closers, afterCall))) {
        afterCall = true
      } else {
        sink.text(space + ((yield* source.next()) ?? ''))
        afterCall = false
      }
    }
    source.release()
  }
}

/** @param orItsBeginning whether the beginning of one will do at the end of the answer */
function* acceptCloser(
  source: TextSource,
  closers: readonly string[],
  orItsBeginning: boolean,
): Reading<boolean> {
  for (const closer of closers) {
    if (yield* source.accept(closer)) return true
    const start = source.position
    const rest = yield* source.takeWhile((character) => closer.startsWith(character, source.position - start))
    if (rest !== '' && source.exhausted && orItsBeginning) return true
    source.rewind(start)
  }
  return false
}
