import { createTextSource, type Reading, type TextSource } from './text-source.ts'

/** Deeper than any sane argument, and far from the end of the stack. */
const deepest = 64

type Write = (text: string) => void

interface Word {
  written: string
  meant: string
}

const words: readonly Word[] = [
  { written: 'true', meant: 'true' },
  { written: 'false', meant: 'false' },
  { written: 'null', meant: 'null' },
  { written: 'True', meant: 'true' },
  { written: 'False', meant: 'false' },
  { written: 'None', meant: 'null' },
]

/**
 * Reads one JSON value and writes its text as it comes, so that what is written always begins a valid value. What
 * models write besides comes out as JSON: raw line breaks and other control characters in strings, and Python's
 * `'strings'`, `True`, `False` and `None`.
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
    case "'":
      return yield* readString(source, write)
    default: {
      const word = words.find(({ written }) => written[0] === first)
      return word ? yield* readWord(source, write, word) : yield* readNumber(source, write)
    }
  }
}

/** The JSON text of what is one value and nothing else, undefined for any other text. */
export function asJson(text: string): string | undefined {
  const source = createTextSource()
  source.append(text.trim())
  source.end()
  let json = ''
  const complete = readJson(source, (piece) => {
    json += piece
  }).next()
  return complete.done && complete.value && source.exhausted ? json : undefined
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
  const quote = yield* source.peek()
  if (quote !== '"' && quote !== "'") return false
  yield* source.next()
  write('"')
  for (;;) {
    const character = yield* source.next()
    if (character === undefined) return false
    if (character === quote) {
      write('"')
      return true
    }
    if (character !== '\\') write(escapeInString(character))
    else if (!(yield* readEscape(source, write))) return false
  }
}

/** The rest of an escape sequence. */
function* readEscape(source: TextSource, write: Write): Reading<boolean> {
  // JSON knows no escaped apostrophe.
  if (yield* source.accept("'")) {
    write("'")
    return true
  }
  write('\\')
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

/** What is written and what is meant are equally long. */
function* readWord(source: TextSource, write: Write, { written, meant }: Word): Reading<boolean> {
  for (const [index, letter] of Array.from(written).entries()) {
    if (!(yield* source.accept(letter))) return false
    write(meant.charAt(index))
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

/** A character as it stands in a JSON string. */
export function escapeInString(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`
  return character < ' ' ? JSON.stringify(character).slice(1, -1) : character
}
