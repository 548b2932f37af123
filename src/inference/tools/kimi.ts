import { literal } from '../grammar/grammar-builder.ts'
import { anyCall, callsOnly, repeated, sequence } from './call-grammar.ts'
import { createCallParser } from './create-parser.ts'
import type { EventSink } from './event-sink.ts'
import { readArguments } from './read-call-object.ts'
import type { Reading, TextSource } from './text-source.ts'
import type { ToolFormat } from './tool-format.ts'

const sectionBegin = '<|tool_calls_section_begin|>'
const sectionEnd = '<|tool_calls_section_end|>'
const callBegin = '<|tool_call_begin|>'
const argumentsBegin = '<|tool_call_argument_begin|>'
const callEnd = '<|tool_call_end|>'

/**
 * Kimi K2: a call's id with the name in it, and its arguments in JSON,
 * `<|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{"city": "Oslo"}<|tool_call_end|>`; markers
 * around all calls, which the model leaves out at times.
 */
export const kimi: ToolFormat = {
  name: 'kimi',
  marker: '<|tool_call',
  createParser: ({ tools }) => createCallParser({ tools, readCall, closers: [callEnd, sectionEnd] }),
  callGrammar(options) {
    const call = anyCall(options, (name, argumentsRule) =>
      sequence(
        literal(`${callBegin}functions.${name}:`),
        '[0-9]{1,3}',
        literal(argumentsBegin),
        argumentsRule,
        literal(callEnd),
      ),
    )
    return callsOnly(
      options,
      sequence(literal(sectionBegin), repeated(call, '', options), literal(sectionEnd)),
    )
  },
}

function* readCall(source: TextSource, sink: EventSink): Reading<boolean> {
  const announced = yield* source.accept(sectionBegin)
  yield* source.skipSpace()
  if (announced && (source.exhausted || (yield* source.acceptCutOff(callBegin)))) return true
  if (!(yield* source.accept(callBegin))) return false
  const id = yield* source.takeWhile((character) => character !== '<' && character !== '\n')
  if (source.exhausted || (yield* source.acceptCutOff(argumentsBegin))) return true
  const name = /^(?:functions\.)?(.+?)(?::\d+)?$/.exec(id.trim())?.[1]
  if (name === undefined || !(yield* source.accept(argumentsBegin))) return false
  yield* source.skipSpace()
  if ((yield* source.peek()) !== '{' && !source.exhausted) return false
  sink.startCall(name)
  yield* readArguments(source, sink)
  return true
}
