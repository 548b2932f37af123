import { anyCallObject, callsOnly, repeated } from './call-grammar.ts'
import { createCallParser } from './create-parser.ts'
import type { EventSink } from './event-sink.ts'
import { readBareCalls } from './read-bare-calls.ts'
import { readArguments, readCallObjects } from './read-call-object.ts'
import { readPythonCalls } from './read-python-calls.ts'
import type { Reading, TextSource } from './text-source.ts'
import type { ToolFormat } from './tool-format.ts'

/** Llama 3's, and what became of it in Llama 4. */
const tags = ['<|python_tag|>', '<|python_start|>']
const closers = ['<|python_end|>', '</function>']

/**
 * Llama 3.1 to 4: a bare `{"name": "get_weather", "parameters": {"city": "Oslo"}}`, at times after
 * `<|python_tag|>`; several are separated by `;`. Also Python calls: `[get_weather(city="Oslo")]`, or
 * `get_weather.call(city="Oslo")` after the tag, or `<function=get_weather>{"city": "Oslo"}</function>`. But for an
 * object after the tag, only the name of a known tool makes it a call.
 */
export const llama3: ToolFormat = {
  name: 'llama3',
  marker: null,
  createParser({ tools }) {
    const knownNames = new Set(tools.map((tool) => tool.name))
    return createCallParser({
      tools,
      closers,
      separators: [';'],
      *readCall(source, sink) {
        let tagged = false
        for (const tag of tags) tagged ||= yield* source.accept(tag)
        yield* source.skipSpace()
        const start = source.position
        if (tagged && (yield* readCallObjects(source, sink))) return true
        source.rewind(start)
        if (yield* readBareCalls(source, sink, knownNames)) return true
        source.rewind(start)
        if (yield* readNamedCall(source, sink, knownNames)) return true
        source.rewind(start)
        return tagged && (yield* readPythonCalls(source, sink, knownNames))
      },
    })
  },
  callGrammar: (options) => callsOnly(options, repeated(anyCallObject(options, 'parameters'), '; ', options)),
}

function* readNamedCall(
  source: TextSource,
  sink: EventSink,
  knownNames: ReadonlySet<string>,
): Reading<boolean> {
  if (!(yield* source.accept('<function='))) return false
  const name = yield* source.takeWhile((character) => !/[<>\n]/.test(character))
  if (!knownNames.has(name) || !(yield* source.accept('>'))) return false
  yield* source.skipSpace()
  if ((yield* source.peek()) !== '{') return false
  sink.startCall(name)
  yield* readArguments(source, sink)
  return true
}
