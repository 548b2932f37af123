import { escapeInString, readJsonString } from './read-json.ts'
import type { Reading, TextSource } from './text-source.ts'

/** Deeper than any sane argument, and far from the end of the stack. */
const deepest = 64

type Write = (text: string) => void

/**
 * Reads `{key:value,...}` as Gemma writes it and writes it as JSON while it comes. Keys are bare, strings stand
 * between quote markers; bare words that JSON does not know are strings too.
 * @returns whether it is complete; if not, what was written begins a valid object
 */
export function* readGemmaObject(
  source: TextSource,
  quote: string,
  write: Write,
  depth = 0,
): Reading<boolean> {
  if (depth === deepest || !(yield* source.accept('{'))) return false
  write('{')
  yield* source.skipSpace()
  for (let first = true; !(yield* source.accept('}')); first = false) {
    if (!first) {
      if (!(yield* source.accept(','))) return false
      yield* source.skipSpace()
    }
    const key = yield* readKey(source, quote)
    if (key === undefined) return false
    write(`${first ? '' : ','}${JSON.stringify(key)}:`)
    if (!(yield* readValue(source, quote, write, depth + 1))) return false
    yield* source.skipSpace()
  }
  write('}')
  return true
}

function* readArray(source: TextSource, quote: string, write: Write, depth: number): Reading<boolean> {
  if (depth === deepest) return false
  yield* source.accept('[')
  write('[')
  yield* source.skipSpace()
  for (let first = true; !(yield* source.accept(']')); first = false) {
    if (!first) {
      if (!(yield* source.accept(','))) return false
      write(',')
    }
    if (!(yield* readValue(source, quote, write, depth + 1))) return false
    yield* source.skipSpace()
  }
  write(']')
  return true
}

function* readValue(source: TextSource, quote: string, write: Write, depth: number): Reading<boolean> {
  yield* source.skipSpace()
  const first = yield* source.peek()
  if (first === '{') return yield* readGemmaObject(source, quote, write, depth)
  if (first === '[') return yield* readArray(source, quote, write, depth)
  if (yield* source.accept(quote)) return yield* readQuoted(source, quote, write)
  if (yield* source.acceptCutOff(quote)) return false
  if (first === '"') {
    const text = yield* readJsonString(source)
    if (text !== undefined) write(JSON.stringify(text))
    return text !== undefined
  }
  const word = (yield* source.takeWhile((character) => !/[,\]}]/.test(character))).trim()
  if (word === '' || source.exhausted) return false
  write(wordAsJson(word))
  return true
}

/** The rest of a string, its opening quote read. */
function* readQuoted(source: TextSource, quote: string, write: Write): Reading<boolean> {
  write('"')
  while (!(yield* source.accept(quote))) {
    if (yield* source.acceptCutOff(quote)) return false
    const character = yield* source.next()
    if (character === undefined) return false
    write(escapeInString(character))
  }
  write('"')
  return true
}

/** A key and its colon. */
function* readKey(source: TextSource, quote: string): Reading<string | undefined> {
  let key: string | undefined
  if (yield* source.accept(quote)) {
    key = ''
    while (!(yield* source.accept(quote))) {
      const character = yield* source.next()
      if (character === undefined) return undefined
      key += character
    }
  } else if ((yield* source.peek()) === '"') {
    key = yield* readJsonString(source)
  } else {
    key = (yield* source.takeWhile((character) => !/[:,{}[\]\n]/.test(character))).trim()
  }
  yield* source.skipSpace()
  return key !== undefined && (yield* source.accept(':')) ? key : undefined
}

const words: Record<string, string> = { True: 'true', False: 'false', None: 'null' }

function wordAsJson(word: string): string {
  if (Object.hasOwn(words, word)) return words[word] ?? word
  if (/^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(word)) return word
  return JSON.stringify(word)
}
