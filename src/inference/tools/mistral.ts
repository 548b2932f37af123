import { literal } from '../grammar/grammar-builder.ts'
import { anyCall, anyCallObject, callsOnly, repeated, sequence } from './call-grammar.ts'
import { createCallParser } from './create-parser.ts'
import type { EventSink } from './event-sink.ts'
import { readArguments, readCallArray } from './read-call-object.ts'
import type { Reading, TextSource } from './text-source.ts'
import type { CallGrammarOptions, ToolFormat } from './tool-format.ts'

const open = '[TOOL_CALLS]'
const callId = '[CALL_ID]'
const args = '[ARGS]'

/** Mistral up to Small 3.1: `[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Oslo"}}]`. */
export const mistralArray: ToolFormat = {
  name: 'mistral-array',
  marker: open,
  createParser,
  callGrammar(options) {
    const calls = repeated(anyCallObject(options, 'arguments'), ', ', options)
    return callsOnly(options, sequence(literal(`${open}[`), calls, literal(']')))
  },
}

/** Mistral Small 3.2 and its contemporaries: `[TOOL_CALLS]get_weather[CALL_ID]a1b2c3d4e[ARGS]{"city": "Oslo"}`. */
export const mistralNumbered: ToolFormat = {
  name: 'mistral-numbered',
  marker: open,
  createParser,
  callGrammar: (options) => namedCalls(options, sequence(literal(callId), '[a-zA-Z0-9]{9}', literal(args))),
}

/** Mistral since late 2025: `[TOOL_CALLS]get_weather[ARGS]{"city": "Oslo"}`, the marker before every call. */
export const mistralNamed: ToolFormat = {
  name: 'mistral-named',
  marker: open,
  createParser,
  callGrammar: (options) => namedCalls(options, literal(args)),
}

function namedCalls(options: CallGrammarOptions, between: string): string {
  const call = anyCall(options, (name, argumentsRule) =>
    sequence(literal(`${open}${name}`), between, argumentsRule),
  )
  return callsOnly(options, repeated(call, '', options))
}

/** All of the family are read alike: models were seen to write a neighbour's syntax. */
function createParser({ tools }: Parameters<ToolFormat['createParser']>[0]) {
  return createCallParser({ tools, readCall })
}

function* readCall(source: TextSource, sink: EventSink): Reading<boolean> {
  if (!(yield* source.accept(open))) return false
  yield* source.skipSpace()
  if ((yield* source.peek()) === '[') return yield* readCallArray(source, sink)
  const name = yield* source.takeWhile((character) => /[\w.-]/.test(character))
  if (source.exhausted) return true
  if (name === '') return false
  if (yield* source.accept(callId)) {
    yield* source.takeWhile((character) => /\w/.test(character))
  }
  const announced = yield* source.accept(args)
  yield* source.skipSpace()
  if ((yield* source.peek()) === '{' || (announced && source.exhausted)) {
    sink.startCall(name)
    yield* readArguments(source, sink)
    return true
  }
  return source.exhausted || (yield* source.acceptCutOff(args)) || (yield* source.acceptCutOff(callId))
}
