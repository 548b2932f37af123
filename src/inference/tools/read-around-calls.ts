import type { EventSink } from './event-sink.ts'
import type { Reading, TextSource } from './text-source.ts'

export interface AroundCallsOptions {
  /** Reads a call if one begins here. True: it was begun. False: nothing was said, and what was read is text. */
  readCall: () => Reading<boolean>
  /** Markers that say nothing once a call has come. */
  closers?: readonly string[]
  /** What says nothing directly after a call. */
  separators?: readonly string[]
}

/**
 * Reads a whole answer: text, and calls anywhere in it. White space before a call goes with the call, as does what
 * is left when the answer ends after one.
 */
export function* readAroundCalls(
  source: TextSource,
  sink: EventSink,
  { readCall, closers = [], separators = [] }: AroundCallsOptions,
): Reading<void> {
  let silent: readonly string[] = []
  let afterCall = false
  for (;;) {
    const space = yield* source.skipSpace()
    if ((yield* source.peek()) === undefined) {
      if (!afterCall) sink.text(space)
      return
    }
    const start = source.position
    if (yield* readCall()) {
      afterCall = true
      silent = [...separators, ...closers]
    } else {
      source.rewind(start)
      if (yield* acceptAny(source, silent, afterCall)) {
        afterCall = true
      } else {
        sink.text(space + ((yield* source.next()) ?? ''))
        afterCall = false
        if (silent.length > 0) silent = closers
      }
    }
    source.release()
  }
}

/** @param orCutOff whether the beginning of one will do at the end of the answer */
function* acceptAny(source: TextSource, texts: readonly string[], orCutOff: boolean): Reading<boolean> {
  for (const text of texts) {
    if (yield* source.accept(text)) return true
    if (orCutOff && (yield* source.acceptCutOff(text))) return true
  }
  return false
}
