import { literal } from '../grammar/grammar-builder.ts'
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

/** As it stands in the header of a message to one of the client's tools. */
const recipient = /(?:^|\s)to=functions\.([^\s<]+)/

/**
 * gpt-oss: a sequence of messages, each with a header. The analysis channel is thinking, the others are text, and a
 * message to `functions.NAME` is a call:
 * `<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Oslo"}<|call|>`.
 * The prompt ends with `<|start|>assistant`, so that an answer begins within a header.
 */
export const harmony: ToolFormat = {
  name: 'harmony',
  createParser: ({ tools }) => createParser((source, sink) => readAnswer(source, sink, tools.length > 0)),
  /** Thinking, and then one call: the model ends its turn with a call's `<|call|>`. */
  callGrammar(options) {
    const { builder } = options
    const analysis = sequence(
      literal(`${channel}analysis${message}`),
      textThrough(builder, 'analysis', end),
      literal(`${start}assistant`),
    )
    const call = anyCall(options, (name, argumentsRule) =>
      sequence(
        literal(`${channel}commentary to=functions.${name} ${constrain}json${message}`),
        argumentsRule,
      ),
    )
    return callsOnly(options, `(${analysis})? ${call}`)
  },
}

function* readAnswer(source: TextSource, sink: EventSink, hasTools: boolean): Reading<void> {
  let header = (yield* source.accept(' to=')) ? yield* readHeader(source, ' to=') : undefined
  while (!source.exhausted) {
    const name = header === undefined || !hasTools ? undefined : recipient.exec(header)?.[1]
    const called = name !== undefined && (yield* readCall(source, sink, name))
    const isAnalysis = header !== undefined && header.includes(`${channel}analysis`)
    const write = (text: string) => (isAnalysis ? sink.reasoning(text) : sink.text(text))
    const marker: string | undefined = yield* readContent(source, write, called)
    header = marker === start || marker === channel ? yield* readHeader(source, marker) : undefined
  }
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
