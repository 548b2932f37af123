import type { ToolDefinition } from '../../chat/tool.ts'
import { createEventSink, type EventSink } from './event-sink.ts'
import { readAroundCalls } from './read-around-calls.ts'
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

/** A parser for answers of text with calls in it; where there are no tools, all is text. */
export function createCallParser(options: {
  tools: readonly ToolDefinition[]
  /** As in {@link readAroundCalls}. */
  readCall: (source: TextSource, sink: EventSink) => Reading<boolean>
  closers?: readonly string[]
  separators?: readonly string[]
}): OutputParser {
  const { tools, readCall, ...silent } = options
  if (tools.length === 0) return createPlainParser()
  return createParser((source, sink) =>
    readAroundCalls(source, sink, { readCall: () => readCall(source, sink), ...silent }),
  )
}

function createPlainParser(): OutputParser {
  return {
    push: (text) => (text === '' ? [] : [{ type: 'text-delta', text }]),
    end: () => [],
  }
}
