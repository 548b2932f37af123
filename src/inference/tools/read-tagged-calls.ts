import { callGoesOn } from './call-goes-on.ts'
import type { CallTags } from './call-tags.ts'
import type { EventSink } from './event-sink.ts'
import { readCallObjects } from './read-call-object.ts'
import { readTaggedValue } from './read-tagged-value.ts'
import type { Reading, TextSource } from './text-source.ts'
import type { ValueTypes } from './value-types.ts'

export interface TaggedCallOptions {
  tags: CallTags
  /** The types of the known tools' arguments. */
  types: ReadonlyMap<string, ReadonlyMap<string, ValueTypes>>
}

const nameShape = /^[^\s<>"'={}]+$/

/**
 * Reads calls whose parts stand between tags, as many as follow one opening tag, or call objects in its place.
 * Where that tag is missing, only the name of a known tool makes it a call.
 * @returns whether a call was begun, or what had come of one when the answer ended was read
 */
export function* readTaggedCalls(
  source: TextSource,
  sink: EventSink,
  options: TaggedCallOptions,
): Reading<boolean> {
  const { tags } = options
  let announced = false
  for (const open of [tags.open, ...(tags.otherOpeners ?? [])]) announced ||= yield* source.accept(open)
  if (!announced && tags.beforeName === '') return false
  yield* source.skipSpace()
  const first = yield* source.peek()
  if (announced && first === undefined) return true
  if (announced && (first === '{' || first === '[')) return yield* readCallObjects(source, sink)
  if (!(yield* readTaggedCall(source, sink, { ...options, announced }))) return false
  for (;;) {
    source.release()
    const end = source.position
    yield* source.skipSpace()
    const more = tags.beforeName !== '' && (yield* readTaggedCall(source, sink, { ...options, announced }))
    if (more) continue
    source.rewind(end)
    return true
  }
}

function* readTaggedCall(
  source: TextSource,
  sink: EventSink,
  { tags, types, announced }: TaggedCallOptions & { announced: boolean },
): Reading<boolean> {
  if (!(yield* source.accept(tags.beforeName))) {
    return announced && (yield* source.acceptCutOff(tags.beforeName))
  }
  const written = yield* source.takeWhile(
    (character) => !`${tags.afterName.charAt(0)}<\n`.includes(character),
  )
  if (source.exhausted || (yield* source.acceptCutOff(tags.afterName))) return announced
  const name = unquoted(written)
  if (!nameShape.test(name) || !(announced || types.has(name))) return false
  if (!(yield* source.accept(tags.afterName)) || !(yield* callGoesOn(source, tags))) return false
  sink.startCall(name)
  const write = (json: string) => {
    sink.callArguments(json)
    source.release()
  }
  if (yield* readArguments(source, write, { tags, types: types.get(name) })) sink.endCall()
  return true
}

/** @returns whether they are complete */
function* readArguments(
  source: TextSource,
  write: (json: string) => void,
  { tags, types }: { tags: CallTags; types: ReadonlyMap<string, ValueTypes> | undefined },
): Reading<boolean> {
  write('{')
  for (let separator = ''; ; separator = ', ') {
    yield* source.skipSpace()
    if (yield* acceptEnd(source, tags)) break
    const key = yield* readKey(source, tags)
    if (key === undefined) return false
    write(`${separator}${JSON.stringify(key.name)}: `)
    const stated = key.isText === undefined ? types?.get(key.name) : undefined
    const valueTypes = key.isText === true ? texts : stated
    if (!(yield* readTaggedValue(source, write, { tags, types: valueTypes }))) return false
  }
  write('}')
  return true
}

const texts: ValueTypes = new Set(['string'])

/** The tag that ends the call, or the one after it, left unread, where that is missing. */
function* acceptEnd(source: TextSource, { end, close }: CallTags): Reading<boolean> {
  if (end !== '' && (yield* source.accept(end))) return true
  const start = source.position
  const closed = yield* source.accept(close)
  source.rewind(start)
  return closed
}

/** A key with its tags and the one before the value. Of what the answer's end cuts off, nothing is left unread. */
function* readKey(
  source: TextSource,
  { beforeKey, afterKey, beforeValue, end, close }: CallTags,
): Reading<{ name: string; isText?: boolean } | undefined> {
  for (const tag of [beforeKey, end, close]) {
    if (tag !== '' && (yield* source.acceptCutOff(tag))) return undefined
  }
  if (!(yield* source.accept(beforeKey))) return undefined
  let name = ''
  for (;;) {
    for (const { text, ...said } of afterKey) {
      if (yield* source.acceptCutOff(text)) return undefined
      if (!(yield* source.accept(text))) continue
      if (beforeValue !== '') yield* source.skipSpace()
      if (yield* source.acceptCutOff(beforeValue)) return undefined
      return (yield* source.accept(beforeValue)) ? { name: unquoted(name), ...said } : undefined
    }
    const character = yield* source.next()
    if (character === undefined || character === '\n') return undefined
    name += character
  }
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2')
}
