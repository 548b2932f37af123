import type { EventSink } from './event-sink.ts'
import { readJson } from './read-json.ts'
import type { Reading, TextSource } from './text-source.ts'

/**
 * Reads Python calls with keyword arguments, one or a list of them: `[get_weather(city="Oslo"), get_time()]`.
 * @param knownNames the names that make them calls; without it any does
 */
export function* readPythonCalls(
  source: TextSource,
  sink: EventSink,
  knownNames?: ReadonlySet<string>,
): Reading<boolean> {
  const listed = yield* source.accept('[')
  yield* source.skipSpace()
  if (!(yield* readPythonCall(source, sink, knownNames))) return false
  for (;;) {
    source.release()
    const end = source.position
    yield* source.skipSpace()
    if (listed && (yield* source.accept(']'))) return true
    if (listed && (yield* source.accept(','))) yield* source.skipSpace()
    if (yield* readPythonCall(source, sink, knownNames)) continue
    if (!source.exhausted || !listed) source.rewind(end)
    return true
  }
}

/** `get_weather(city="Oslo")`; Llama 3.1 writes `.call` before the parenthesis. */
function* readPythonCall(
  source: TextSource,
  sink: EventSink,
  knownNames: ReadonlySet<string> | undefined,
): Reading<boolean> {
  const written = yield* source.takeWhile((character) => /[\p{L}\p{N}_.-]/u.test(character))
  const name = knownNames?.has(written) ? written : written.replace(/\.call$/, '')
  if (name === '' || (knownNames && !knownNames.has(name))) return false
  if (!(yield* source.accept('('))) return false
  sink.startCall(name)
  const write = (text: string) => {
    sink.callArguments(text)
    source.release()
  }
  write('{')
  yield* source.skipSpace()
  for (let separator = ''; !(yield* source.accept(')')); separator = ', ') {
    const key = yield* readKey(source)
    if (key === undefined) return true
    write(`${separator}${JSON.stringify(key)}: `)
    if (!(yield* readJson(source, write))) return true
    yield* source.skipSpace()
    if (!(yield* source.accept(',')) && (yield* source.peek()) !== ')') return true
    yield* source.skipSpace()
  }
  write('}')
  sink.endCall()
  return true
}

/** A name, the `=` after it and the space around it. */
function* readKey(source: TextSource): Reading<string | undefined> {
  const key = yield* source.takeWhile((character) => /[\p{L}\p{N}_$.-]/u.test(character))
  yield* source.skipSpace()
  if (key === '' || !(yield* source.accept('='))) return undefined
  yield* source.skipSpace()
  return key
}
