import { codePointsOf, complement, single, union, type CodePoints } from './code-points.ts'
import { UnsupportedSchema } from './unsupported-schema.ts'

export type Pattern =
  | { type: 'set'; set: CodePoints }
  | { type: 'start' | 'end' }
  | { type: 'sequence' | 'choice'; parts: Pattern[] }
  | { type: 'repeat'; part: Pattern; min: number; max: number }

const digit: CodePoints = [[0x30, 0x39]]
const word: CodePoints = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]
const space: CodePoints = union([
  codePointsOf('\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff'),
  [[0x2000, 0x200a]],
])
const lineEnd = codePointsOf('\n\r\u2028\u2029')
const classes: Partial<Record<string, CodePoints>> = {
  d: digit,
  D: complement(digit),
  w: word,
  W: complement(word),
  s: space,
  S: complement(space),
}
const controls: Partial<Record<string, string>> = { f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', 0: '\0' }
const maxNesting = 64

/**
 * Reads a regular expression as ECMA-262 does with the flag `u`: alternatives, groups, classes, quantifiers,
 * `^` and `$`. What has no place in a finite automaton (look-around, back-references, `\b`), and `\p`, is refused.
 */
export function parsePattern(source: string): Pattern {
  const chars = Array.from(source)
  let at = 0
  let depth = 0

  const refuse = (what: string): never => {
    throw new UnsupportedSchema(`${what} at character ${at} of the pattern`)
  }
  const take = (char: string) => {
    if (chars[at] !== char) return false
    at++
    return true
  }
  const takeText = (text: string) => {
    if (chars.slice(at, at + text.length).join('') !== text) return false
    at += text.length
    return true
  }

  function choice(): Pattern {
    if (++depth > maxNesting) refuse('groups nested too deeply')
    const parts = [alternative()]
    while (take('|')) parts.push(alternative())
    depth--
    return { type: 'choice', parts }
  }

  function alternative(): Pattern {
    const parts: Pattern[] = []
    while (at < chars.length && chars[at] !== '|' && chars[at] !== ')') parts.push(quantified())
    return { type: 'sequence', parts }
  }

  function quantified(): Pattern {
    const part = atom()
    const bounds = quantifier()
    if (!bounds) return part
    if (part.type === 'start' || part.type === 'end') refuse('a repeated anchor')
    take('?')
    return { type: 'repeat', part, ...bounds }
  }

  function quantifier(): { min: number; max: number } | undefined {
    if (take('*')) return { min: 0, max: Infinity }
    if (take('+')) return { min: 1, max: Infinity }
    if (take('?')) return { min: 0, max: 1 }
    if (!take('{')) return undefined
    const [text, min, comma, max] =
      /^(\d+)(,?)(\d*)\}/.exec(chars.slice(at, at + 20).join('')) ?? refuse('a "{"')
    at += text?.length ?? 0
    const least = Number(min)
    const most = max ? Number(max) : comma ? Infinity : least
    if (least > most) refuse('a quantifier out of order')
    return { min: least, max: most }
  }

  function atom(): Pattern {
    const char = chars[at++]
    if (char === '^') return { type: 'start' }
    if (char === '$') return { type: 'end' }
    if (char === '.') return { type: 'set', set: complement(lineEnd) }
    if (char === '[') return { type: 'set', set: characterClass() }
    if (char === '(') return group()
    if (char === '\\') return { type: 'set', set: escape(false) }
    if (char === undefined || '*+?{}])'.includes(char)) return refuse(`a misplaced "${char}"`)
    return { type: 'set', set: codePointsOf(char) }
  }

  function group(): Pattern {
    if (take('?') && !take(':')) {
      const name = /^<[A-Za-z_$][\w$]*>/.exec(chars.slice(at, at + 100).join(''))?.[0]
      if (!name) return refuse('an unsupported group')
      at += name.length
    }
    const inside = choice()
    if (!take(')')) refuse('a missing ")"')
    return inside
  }

  function characterClass(): CodePoints {
    const negated = take('^')
    const sets: CodePoints[] = []
    while (!take(']')) {
      const first = classAtom()
      if (chars[at] === '-' && chars[at + 1] !== ']') {
        at++
        sets.push(range(first, classAtom()))
      } else {
        sets.push(first)
      }
    }
    return negated ? complement(union(sets)) : union(sets)
  }

  function classAtom(): CodePoints {
    const char = chars[at++]
    if (char === undefined) return refuse('a missing "]"')
    return char === '\\' ? escape(true) : codePointsOf(char)
  }

  function range(from: CodePoints, to: CodePoints): CodePoints {
    const [first, last] = [from[0]?.[0] ?? 0, to[0]?.[0] ?? 0]
    if (!isSingle(from) || !isSingle(to) || first > last) refuse('a range out of order')
    return [[first, last]]
  }

  function escape(inClass: boolean): CodePoints {
    const char = chars[at++] ?? ''
    const named = classes[char]
    if (named) return named
    if (inClass && char === 'b') return single(8)
    if (char === '0' && /\d/.test(chars[at] ?? '')) refuse('an octal escape')
    const control = controls[char]
    if (control !== undefined) return codePointsOf(control)
    if (char === 'x') return single(hex(2))
    if (char === 'u') return single(unicode())
    if ('^$\\.*+?()[]{}|/-'.includes(char) && char !== '') return codePointsOf(char)
    return refuse(`the escape "\\${char}"`)
  }

  function hex(length: number): number {
    const digits = chars.slice(at, at + length).join('')
    if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits)) refuse('a bad escape')
    at += length
    return Number.parseInt(digits, 16)
  }

  function unicode(): number {
    if (take('{')) {
      const end = chars.indexOf('}', at)
      if (end < at + 1 || end > at + 8) refuse('a bad escape')
      const value = hex(end - at)
      at++
      return value > 0x10ffff ? refuse('a bad escape') : value
    }
    const first = hex(4)
    if (first < 0xd800 || first > 0xdfff) return first
    if (first > 0xdbff || !takeText('\\u')) return refuse('half a surrogate pair')
    const second = hex(4)
    if (second < 0xdc00 || second > 0xdfff) refuse('half a surrogate pair')
    return 0x10000 + (first - 0xd800) * 0x400 + (second - 0xdc00)
  }

  const pattern = choice()
  if (at < chars.length) refuse('an unmatched ")"')
  return pattern
}

const isSingle = (set: CodePoints) => set.length === 1 && set[0]?.[0] === set[0]?.[1]
