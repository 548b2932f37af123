import type { Reading, TextSource } from './text-source.ts'

/** Deeper than any sane argument, and far from the end of the stack. */
const deepest = 64

type Write = (text: string) => void

/**
 * Reads one JSON value and writes its text as it comes, so that what is written always begins a valid value. Line
 * breaks and other raw control characters in strings, which models write, come out escaped.
 * @returns whether the value is complete; if not, the source stands before the first character that does not fit
 */
export function* readJson(source: TextSource, write: Write, depth = 0): Reading<boolean> {
  const first = yield* source.peek()
  switch (first) {
    case '{':
      return depth < deepest && (yield* readObject(source, write, depth + 1))
    case '[':
      return depth < deepest && (yield* readArray(source, write, depth + 1))
    case '"':
      return yield* readString(source, write)
    case 't':
      return yield* readExactly(source, write, 'true')
    case 'f':
      return yield* readExactly(source, write, 'false')
    case 'n':
      return yield* readExactly(source, write, 'null')
    default:
      return yield* readNumber(source, write)
  }
}

/** The text of the JSON string that comes next, undefined when none does. */
export function* readJsonString(source: TextSource): Reading<string | undefined> {
  let text = ''
  const complete = yield* readString(source, (piece) => {
    text += piece
  })
  return complete ? String(JSON.parse(text)) : undefined
}

function* readObject(source: TextSource, write: Write, depth: number): Reading<boolean> {
  yield* copyIf(source, write, '{')
  write(yield* source.skipSpace())
  if (yield* copyIf(source, write, '}')) return true
  for (;;) {
    if (!(yield* readString(source, write))) return false
    write(yield* source.skipSpace())
    if (!(yield* copyIf(source, write, ':'))) return false
    write(yield* source.skipSpace())
    if (!(yield* readJson(source, write, depth))) return false
    write(yield* source.skipSpace())
    if (yield* copyIf(source, write, '}')) return true
    if (!(yield* copyIf(source, write, ','))) return false
    write(yield* source.skipSpace())
  }
}

function* readArray(source: TextSource, write: Write, depth: number): Reading<boolean> {
  yield* copyIf(source, write, '[')
  write(yield* source.skipSpace())
  if (yield* copyIf(source, write, ']')) return true
  for (;;) {
    if (!(yield* readJson(source, write, depth))) return false
    write(yield* source.skipSpace())
    if (yield* copyIf(source, write, ']')) return true
    if (!(yield* copyIf(source, write, ','))) return false
    write(yield* source.skipSpace())
  }
}

function* readString(source: TextSource, write: Write): Reading<boolean> {
  if (!(yield* copyIf(source, write, '"'))) return false
  for (;;) {
    const character = yield* source.peek()
    if (character === undefined) return false
    yield* source.next()
    write(escapeControl(character))
    if (character === '"') return true
    if (character === '\\' && !(yield* readEscape(source, write))) return false
  }
}

/** The rest of an escape sequence. */
function* readEscape(source: TextSource, write: Write): Reading<boolean> {
  if (yield* copyIf(source, write, 'u')) {
    for (let digit = 0; digit < 4; digit++) {
      if (!(yield* copyIf(source, write, /[0-9a-fA-F]/))) return false
    }
    return true
  }
  return yield* copyIf(source, write, /["\\/bfnrt]/)
}

function* readNumber(source: TextSource, write: Write): Reading<boolean> {
  yield* copyIf(source, write, '-')
  if (!(yield* copyIf(source, write, '0')) && !(yield* readDigits(source, write))) return false
  if ((yield* copyIf(source, write, '.')) && !(yield* readDigits(source, write))) return false
  if (yield* copyIf(source, write, /[eE]/)) {
    yield* copyIf(source, write, /[+-]/)
    return yield* readDigits(source, write)
  }
  return true
}

function* readDigits(source: TextSource, write: Write): Reading<boolean> {
  if (!(yield* copyIf(source, write, /\d/))) return false
  while (yield* copyIf(source, write, /\d/));
  return true
}

function* readExactly(source: TextSource, write: Write, word: string): Reading<boolean> {
  for (const letter of word) {
    if (!(yield* copyIf(source, write, letter))) return false
  }
  return true
}

function* copyIf(source: TextSource, write: Write, wanted: string | RegExp): Reading<boolean> {
  const character = yield* source.peek()
  if (character === undefined) return false
  if (typeof wanted === 'string' ? character !== wanted : !wanted.test(character)) return false
  yield* source.next()
  write(character)
  return true
}

/** As it may stand in a JSON string. */
export function escapeControl(character: string): string {
  return character < ' ' ? JSON.stringify(character).slice(1, -1) : character
}
