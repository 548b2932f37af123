import { literal } from '../grammar/grammar-builder.ts'
import { anyCall, callsOnly, repeated, sequence } from './call-grammar.ts'
import { createCallParser } from './create-parser.ts'
import type { EventSink } from './event-sink.ts'
import { readArguments } from './read-call-object.ts'
import type { Reading, TextSource } from './text-source.ts'
import type { CallGrammarOptions, ToolFormat } from './tool-format.ts'

/** What all of the markers before calls begin with. */
const marker = '<｜tool▁call'
const callsBegin = '<｜tool▁calls▁begin｜>'
const callsEnd = '<｜tool▁calls▁end｜>'
const callBegin = '<｜tool▁call▁begin｜>'
const callEnd = '<｜tool▁call▁end｜>'
const separator = '<｜tool▁sep｜>'
const fence = '```'

/**
 * DeepSeek V3 and R1: the word `function`, the separator, the name, and the arguments in a fence marked `json`;
 * begin and end markers around each call and around all of them.
 */
export const deepseek: ToolFormat = {
  name: 'deepseek',
  marker,
  createParser,
  callGrammar: (options) =>
    markedCalls(options, '\n', (name, argumentsRule) =>
      sequence(
        literal(`${callBegin}function${separator}${name}\n${fence}json\n`),
        argumentsRule,
        literal(`\n${fence}${callEnd}`),
      ),
    ),
}

/** DeepSeek since V3.1: the name, the separator, the arguments. */
export const deepseekPlain: ToolFormat = {
  name: 'deepseek-plain',
  marker,
  createParser,
  callGrammar: (options) =>
    markedCalls(options, '', (name, argumentsRule) =>
      sequence(literal(`${callBegin}${name}${separator}`), argumentsRule, literal(callEnd)),
    ),
}

function markedCalls(
  options: CallGrammarOptions,
  between: string,
  write: (name: string, argumentsRule: string) => string,
): string {
  const calls = repeated(anyCall(options, write), between, options)
  return callsOnly(options, sequence(literal(callsBegin), calls, literal(callsEnd)))
}

function createParser({ tools }: Parameters<ToolFormat['createParser']>[0]) {
  const closers = [callEnd, callsEnd].flatMap(spellings)
  return createCallParser({ tools, readCall, closers, separators: [fence] })
}

function* readCall(source: TextSource, sink: EventSink): Reading<boolean> {
  const announced = yield* acceptSpelled(source, callsBegin)
  yield* source.skipSpace()
  if (announced && (source.exhausted || (yield* source.acceptCutOff(callBegin)))) return true
  const begun = yield* acceptSpelled(source, callBegin)
  if (!begun && !announced) return false
  const kind = yield* readLine(source)
  if (begun && (yield* source.acceptCutOff(separator))) return true
  if (!(yield* acceptSpelled(source, separator))) return begun && source.exhausted
  yield* source.skipSpace()
  const name = (yield* readLine(source)) || kind
  yield* source.skipSpace()
  if (yield* source.acceptCutOff(`${fence}json`)) return true
  if (yield* source.accept(fence)) {
    yield* source.accept('json')
    yield* source.skipSpace()
  }
  if (source.exhausted) return true
  if (name === '' || (yield* source.peek()) !== '{') return false
  sink.startCall(name)
  yield* readArguments(source, sink)
  return true
}

function* acceptSpelled(source: TextSource, text: string): Reading<boolean> {
  for (const spelling of spellings(text)) {
    if (yield* source.accept(spelling)) return true
  }
  return false
}

/** A marker, also with what distilled models write in place of the blank that is its own. */
function spellings(text: string): string[] {
  return ['▁', '_', ' ', String.raw`\_`].map((blank) => text.replaceAll('▁', blank))
}

/** A name, up to a line break or whatever else cannot be in one. */
function* readLine(source: TextSource): Reading<string> {
  return (yield* source.takeWhile((character) => !/[\n<`{]/.test(character))).trim()
}
