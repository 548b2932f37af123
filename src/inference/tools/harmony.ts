import { literal, type GrammarBuilder } from '../grammar/grammar-builder.ts'
import { anyCall, callsOnly, sequence, textThrough } from './call-grammar.ts'
import { createParser } from './create-parser.ts'
import type { EventSink } from './event-sink.ts'
import { readArguments } from './read-call-object.ts'
import type { Reading, TextSource } from './text-source.ts'
import type { ToolFormat } from './tool-format.ts'

const start = '<|start|>'
const channel = '<|channel|>'
const message = '<|message|>'
const constrain = '<|constrain|>'
const end = '<|end|>'
const markers = [start, channel, end, '<|return|>', '<|call|>']

/** As it stands in the header of thinking. */
const thinkingHeader = /<\|channel\|>\s*analysis/
/** As it stands in the header of a message to a tool. */
const recipient = /\bto=(functions\.)?([^\s<]+)/

/**
 * gpt-oss: a sequence of messages, each with a header. The analysis channel is thinking, the others are text, and a
 * message to `functions.NAME`, or to a known tool by its mere name, is a call:
 * `<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Oslo"}<|call|>`.
 * The prompt ends with `<|start|>assistant`, so that an answer begins within a header.
 */
export const harmony: ToolFormat = {
  name: 'harmony',
  marker: 'to=functions.',
  createParser: ({ tools }) =>
    createParser((source, sink) => readAnswer(source, sink, new Set(tools.map((tool) => tool.name)))),
  /** Thinking, and then one call: the model ends its turn with a call's `<|call|>`. */
  callGrammar(options) {
    const call = anyCall(options, (name, argumentsRule) =>
      sequence(
        literal(`${channel}commentary to=functions.${name} ${constrain}json${message}`),
        argumentsRule,
      ),
    )
    return callsOnly(options, `${analysisRule(options.builder, 'analysis')} ${call}`)
  },
  contentRule: (builder, content) =>
    builder.rule(
      'final',
      sequence(analysisRule(builder, 'content-analysis'), literal(`${channel}final${message}`), content),
    ),
}

/** @param name that no other rule has */
function analysisRule(builder: GrammarBuilder, name: string): string {
  const analysis = sequence(
    literal(`${channel}analysis${message}`),
    textThrough(builder, name, end),
    literal(`${start}assistant`),
  )
  return `(${analysis})?`
}

function* readAnswer(source: TextSource, sink: EventSink, knownNames: ReadonlySet<string>): Reading<void> {
  let header = (yield* source.accept(' to=')) ? yield* readHeader(source, ' to=') : undefined
  while (!source.exhausted) {
    const name = header === undefined ? undefined : calledName(header, knownNames)
    const called = name !== undefined && (yield* readCall(source, sink, name))
    const isAnalysis = header !== undefined && thinkingHeader.test(header)
    const write = (text: string) => (isAnalysis ? sink.reasoning(text) : sink.text(text))
    const marker: string | undefined = yield* readContent(source, write, called)
    header = marker === start || marker === channel ? yield* readHeader(source, marker) : undefined
  }
}

function calledName(header: string, knownNames: ReadonlySet<string>): string | undefined {
  const [, prefix, name] = recipient.exec(header) ?? []
  if (name === undefined || knownNames.size === 0) return undefined
  return prefix !== undefined || knownNames.has(name) ? name : undefined
}

/** The header that began with this marker, up to its end; the answer may end within it. */
function* readHeader(source: TextSource, beginning: string): Reading<string> {
  let header = beginning
  while (!(yield* source.accept(message))) {
    const character = yield* source.next()
    if (character === undefined) break
    header += character
  }
  source.release()
  return header
}

function* readCall(source: TextSource, sink: EventSink, name: string): Reading<boolean> {
  yield* source.skipSpace()
  const begin = source.position
  for (const marker of markers) {
    const isEmpty = yield* source.accept(marker)
    source.rewind(begin)
    if (!isEmpty) continue
    sink.startCall(name)
    sink.callArguments('{}')
    sink.endCall()
    return true
  }
  if ((yield* source.peek()) !== '{' && !source.exhausted) return false
  sink.startCall(name)
  yield* readArguments(source, sink)
  return true
}

/** Passes on what comes before the next marker; returns the marker, undefined at the end. */
function* readContent(
  source: TextSource,
  write: (text: string) => void,
  afterCall: boolean,
): Reading<string | undefined> {
  if (afterCall) yield* source.skipSpace()
  for (;;) {
    for (const marker of markers) {
      if (yield* source.accept(marker)) return marker
    }
    const character = yield* source.next()
    if (character === undefined) return undefined
    write(character)
    source.release()
  }
}
