import type { EventSink } from './event-sink.ts'
import { readJson, readJsonString } from './read-json.ts'
import type { Reading, TextSource } from './text-source.ts'

export interface CallObjectOptions {
  /**
   * Names that make an object a call. With them, for calls that no marker announces, only the keys of a call may
   * come before its arguments, and an object without arguments is none.
   */
  knownNames?: ReadonlySet<string>
}

const argumentKeys = new Set(['arguments', 'parameters'])
const otherKeysOfBareCalls = new Set(['type', 'id'])

/**
 * Reads `{"name": ..., "arguments": {...}}`, its keys in any order, `parameters` for `arguments`, and the arguments
 * as an object or as a string with an object in it, which are passed on as they come; also all of it in another
 * object's `function`.
 * @param options.within the object stands in another
 * @returns whether a call was begun, or what had come of one when the answer ended was read
 */
function* readCallObject(
  source: TextSource,
  sink: EventSink,
  options: CallObjectOptions & { within?: boolean } = {},
): Reading<boolean> {
  const { knownNames, within = false } = options
  let name: string | undefined
  let heldArguments: string | undefined
  if (!(yield* source.accept('{'))) return cutOff()
  yield* source.skipSpace()
  while (!(yield* source.accept('}'))) {
    const key = yield* readKey(source)
    if (key === undefined) return cutOff()
    if (key === 'name') {
      name = yield* readJsonString(source)
      if (name === undefined) return cutOff()
      if (name === '') return false
      if (knownNames && !knownNames.has(name)) return false
    } else if (argumentKeys.has(key)) {
      if (name !== undefined && (yield* source.peek()) === '{') {
        sink.startCall(name)
        source.release()
        if (!(yield* readArguments(source, sink))) return true
        yield* skipRest(source)
        return true
      }
      heldArguments = yield* readText(source)
      if (heldArguments === undefined) return cutOff()
    } else if (key === 'function' && (yield* source.peek()) === '{') {
      if (within || !(yield* readCallObject(source, sink, { ...options, within: true }))) return false
      yield* skipRest(source)
      return true
    } else if (knownNames) {
      if (!otherKeysOfBareCalls.has(key) || (yield* readJsonString(source)) === undefined) return false
    } else if ((yield* readText(source)) === undefined) {
      return cutOff()
    }
    if (!(yield* readSeparator(source))) return cutOff()
  }
  if (name === undefined || (knownNames && heldArguments === undefined)) return false
  const text = objectText(heldArguments ?? '{}')
  if (text === undefined) return false
  writeCall(sink, name, text)
  return true

  /** An announced call that the answer's end cut off is one all the same, even if nothing is known of it yet. */
  function cutOff(): boolean {
    if (knownNames || !source.exhausted) return false
    if (name !== undefined) sink.startCall(name)
    return true
  }
}

/** Reads an array of call objects. What no longer fits after the first is left unread. */
export function* readCallArray(
  source: TextSource,
  sink: EventSink,
  options: CallObjectOptions = {},
): Reading<boolean> {
  if (!(yield* source.accept('['))) return false
  yield* source.skipSpace()
  if (!(yield* readCallObject(source, sink, options))) return false
  for (;;) {
    source.release()
    const end = source.position
    yield* source.skipSpace()
    if (yield* source.accept(']')) return true
    if (yield* source.accept(',')) {
      yield* source.skipSpace()
      if (yield* readCallObject(source, sink, options)) continue
    }
    if (!source.exhausted) source.rewind(end)
    return true
  }
}

/** Reads call objects: an array of them, or one or more with space, commas or nothing between. */
export function* readCallObjects(
  source: TextSource,
  sink: EventSink,
  options: CallObjectOptions = {},
): Reading<boolean> {
  if ((yield* source.peek()) === '[') return yield* readCallArray(source, sink, options)
  if (!(yield* readCallObject(source, sink, options))) return false
  for (;;) {
    source.release()
    const end = source.position
    yield* source.skipSpace()
    if (yield* source.accept(',')) yield* source.skipSpace()
    if ((yield* source.peek()) === '{' && (yield* readCallObject(source, sink, options))) continue
    source.rewind(end)
    return true
  }
}

/** Reads the arguments of the call begun last, and ends it; false when they are cut off or go wrong. */
export function* readArguments(source: TextSource, sink: EventSink): Reading<boolean> {
  const write = (text: string) => {
    sink.callArguments(text)
    source.release()
  }
  if ((yield* source.peek()) !== '{' || !(yield* readJson(source, write))) return false
  sink.endCall()
  source.release()
  return true
}

function writeCall(sink: EventSink, name: string, argumentsText: string): void {
  sink.startCall(name)
  sink.callArguments(argumentsText)
  sink.endCall()
}

/** The rest of the members, of which none matters; nothing when they go wrong. */
function* skipRest(source: TextSource): Reading<void> {
  const start = source.position
  for (;;) {
    yield* source.skipSpace()
    if (yield* source.accept('}')) return
    if (!(yield* source.accept(','))) break
    yield* source.skipSpace()
    if ((yield* readKey(source)) === undefined || (yield* readText(source)) === undefined) break
  }
  if (!source.exhausted) source.rewind(start)
}

/** `"key":` with the space after it. */
function* readKey(source: TextSource): Reading<string | undefined> {
  const key = yield* readJsonString(source)
  if (key === undefined) return undefined
  yield* source.skipSpace()
  if (!(yield* source.accept(':'))) return undefined
  yield* source.skipSpace()
  return key
}

/** The comma before the next member; true also before the closing brace, which is left unread. */
function* readSeparator(source: TextSource): Reading<boolean> {
  yield* source.skipSpace()
  if ((yield* source.peek()) === '}') return true
  if (!(yield* source.accept(','))) return false
  yield* source.skipSpace()
  return true
}

function* readText(source: TextSource): Reading<string | undefined> {
  let text = ''
  const complete = yield* readJson(source, (piece) => {
    text += piece
  })
  return complete ? text : undefined
}

/** The JSON text of an arguments object that may be wrapped in a string, or be nothing. */
function objectText(text: string): string | undefined {
  const value: unknown = JSON.parse(text)
  if (value === null || value === '') return '{}'
  if (typeof value === 'object') return Array.isArray(value) ? undefined : text
  return typeof value === 'string' && isObjectText(value) ? value : undefined
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
