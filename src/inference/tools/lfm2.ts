import { literal } from '../grammar/grammar-builder.ts'
import { callsOnly, repeated, sequence } from './call-grammar.ts'
import { createCallParser } from './create-parser.ts'
import type { EventSink } from './event-sink.ts'
import { anyPythonCall } from './python-grammar.ts'
import { readCallObjects } from './read-call-object.ts'
import { readPythonCalls } from './read-python-calls.ts'
import type { Reading, TextSource } from './text-source.ts'
import type { ToolFormat } from './tool-format.ts'

const open = '<|tool_call_start|>'
const close = '<|tool_call_end|>'

/** LFM 2: a list of Python calls, `<|tool_call_start|>[get_weather(city="Oslo")]<|tool_call_end|>`. */
export const lfm2: ToolFormat = {
  name: 'lfm2',
  marker: open,
  partlyHeld: true,
  createParser: ({ tools }) => createCallParser({ tools, readCall, closers: [close] }),
  callGrammar(options) {
    const calls = repeated(anyPythonCall(options), ', ', options)
    return callsOnly(options, sequence(literal(`${open}[`), calls, literal(`]${close}`)))
  },
}

function* readCall(source: TextSource, sink: EventSink): Reading<boolean> {
  if (!(yield* source.accept(open))) return false
  yield* source.skipSpace()
  const start = source.position
  // It writes JSON where the client's instructions say so.
  if (yield* readCallObjects(source, sink)) return true
  source.rewind(start)
  return (yield* readPythonCalls(source, sink)) || source.exhausted
}
