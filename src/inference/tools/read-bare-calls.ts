import type { EventSink } from './event-sink.ts'
import { readCallObjects } from './read-call-object.ts'
import { readPythonCalls } from './read-python-calls.ts'
import type { Reading, TextSource } from './text-source.ts'

const fence = '```'
const languages = ['json', 'tool_code', 'tool_call']

/**
 * Reads calls that no marker announces: call objects, an array of them or, in a list or in a fence marked
 * `tool_code`, Python calls; also in a fence. Only the names of known tools make them calls.
 */
export function* readBareCalls(
  source: TextSource,
  sink: EventSink,
  knownNames: ReadonlySet<string>,
): Reading<boolean> {
  if (!(yield* source.accept(fence))) return yield* readCalls(source, sink, knownNames)
  let language = ''
  for (const name of languages) {
    if (language === '' && (yield* source.accept(name))) language = name
  }
  yield* source.skipSpace()
  const begun =
    (yield* readCalls(source, sink, knownNames)) ||
    (language === 'tool_code' && (yield* readPythonCalls(source, sink, knownNames)))
  if (!begun) return false
  yield* acceptClosingFence(source)
  return true
}

function* readCalls(source: TextSource, sink: EventSink, knownNames: ReadonlySet<string>): Reading<boolean> {
  const start = source.position
  const first = yield* source.peek()
  if (first !== '{' && first !== '[') return false
  if (yield* readCallObjects(source, sink, { knownNames })) return true
  source.rewind(start)
  return first === '[' && (yield* readPythonCalls(source, sink, knownNames))
}

function* acceptClosingFence(source: TextSource): Reading<void> {
  source.release()
  const end = source.position
  yield* source.skipSpace()
  if (!(yield* source.accept(fence)) && !(yield* source.acceptCutOff(fence))) source.rewind(end)
}
