import { createEventSink, type EventSink } from './event-sink.ts'
import { createTextSource, type Reading, type TextSource } from './text-source.ts'
import type { OutputParser } from './tool-format.ts'

/** A parser from a reader that reads the whole answer and says what it found. */
export function createParser(read: (source: TextSource, sink: EventSink) => Reading<void>): OutputParser {
  const source = createTextSource()
  const sink = createEventSink()
  const reading = read(source, sink)
  const advance = () => {
    reading.next()
    return sink.take()
  }
  return {
    push(text) {
      source.append(text)
      return advance()
    },
    end() {
      source.end()
      return advance()
    },
  }
}

/** For answers in which nothing is a call. */
export function createPlainParser(): OutputParser {
  return {
    push: (text) => (text === '' ? [] : [{ type: 'text-delta', text }]),
    end: () => [],
  }
}
