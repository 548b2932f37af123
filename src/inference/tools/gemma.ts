import { literal } from '../grammar/grammar-builder.ts'
import { callsOnly, repeated, sequence } from './call-grammar.ts'
import { createCallParser } from './create-parser.ts'
import type { EventSink } from './event-sink.ts'
import { addGemmaValues, gemmaArguments } from './gemma-grammar.ts'
import { readGemmaObject } from './read-gemma-value.ts'
import type { Reading, TextSource } from './text-source.ts'
import type { ToolFormat } from './tool-format.ts'

interface GemmaMarkers {
  open: string
  close: string
  /** Stands at both ends of a string, in which nothing is escaped. */
  quote: string
}

/** FunctionGemma: `<start_function_call>call:get_weather{city:<escape>Oslo<escape>}<end_function_call>`. */
export const functionGemma = createGemmaFormat('function-gemma', {
  open: '<start_function_call>',
  close: '<end_function_call>',
  quote: '<escape>',
})

/** Gemma 4: `<|tool_call>call:get_weather{city:<|"|>Oslo<|"|>}<tool_call|>`. */
export const gemma4 = createGemmaFormat('gemma4', {
  open: '<|tool_call>',
  close: '<tool_call|>',
  quote: '<|"|>',
})

function createGemmaFormat(name: string, { open, close, quote }: GemmaMarkers): ToolFormat {
  return {
    name,
    marker: open,
    partlyHeld: true,
    createParser({ tools }) {
      const knownNames = new Set(tools.map((tool) => tool.name))
      return createCallParser({
        tools,
        readCall: (source, sink) => readCalls(source, sink, { open, quote, knownNames }),
        closers: [close],
      })
    },
    callGrammar(options) {
      addGemmaValues(options.builder, quote)
      const calls = options.tools.map((tool) =>
        sequence(
          literal(`${open}call:${tool.name}`),
          gemmaArguments(options.builder, tool, quote),
          literal(close),
        ),
      )
      const call = options.builder.rule('call', calls.join(' | '))
      return callsOnly(options, repeated(call, '', options))
    },
  }
}

/** A call, or several in a row: Gemma 4 puts more than one between its markers at times, and forgets the first. */
function* readCalls(
  source: TextSource,
  sink: EventSink,
  { open, quote, knownNames }: Omit<GemmaMarkers, 'close'> & { knownNames: ReadonlySet<string> },
): Reading<boolean> {
  const announced = yield* source.accept(open)
  if (announced) {
    yield* source.takeWhile((character) => /[\s:]/.test(character))
    if (yield* source.acceptCutOff('call:')) return true
  }
  if (!(yield* source.accept('call:'))) return announced && source.exhausted
  const names = announced ? undefined : knownNames
  if (!(yield* readCall(source, sink, { quote, knownNames: names }))) return announced && source.exhausted
  for (;;) {
    source.release()
    const end = source.position
    yield* source.skipSpace()
    const more =
      announced &&
      (yield* source.accept('call:')) &&
      ((yield* readCall(source, sink, { quote })) || source.exhausted)
    if (more) continue
    source.rewind(end)
    return true
  }
}

/** What follows `call:`. */
function* readCall(
  source: TextSource,
  sink: EventSink,
  { quote, knownNames }: { quote: string; knownNames?: ReadonlySet<string> | undefined },
): Reading<boolean> {
  const name = (yield* source.takeWhile((character) => !/[{<\n]/.test(character))).trim()
  if (name === '' || (knownNames && !knownNames.has(name))) return false
  if ((yield* source.peek()) !== '{') return false
  sink.startCall(name)
  const complete = yield* readGemmaObject(source, quote, (text) => {
    sink.callArguments(text)
    source.release()
  })
  if (complete) sink.endCall()
  return true
}
