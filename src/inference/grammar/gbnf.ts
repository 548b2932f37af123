import type { CodePoints } from './code-points.ts'

/** A piece of the right-hand side of a GBNF rule, and the rules that it refers to. */
export interface Piece {
  readonly text: string
  readonly rules: readonly string[]
}

const wordChar = /^[0-9A-Za-z ]$/

function hex(codePoint: number): string {
  const digits = (length: number) => codePoint.toString(16).padStart(length, '0')
  if (codePoint < 0x80) return `\\x${digits(2)}`
  return codePoint < 0x10000 ? `\\u${digits(4)}` : `\\U${digits(8)}`
}

/** Text as a GBNF terminal, quotes included: what a grammar produces letter for letter. */
export function literal(text: string): string {
  const escaped = Array.from(text, (char) => {
    const codePoint = char.codePointAt(0) ?? 0
    if (char === '"' || char === '\\') return `\\${char}`
    return codePoint < 0x20 || codePoint === 0x7f || (codePoint >= 0xd800 && codePoint < 0xe000)
      ? hex(codePoint)
      : char
  })
  return `"${escaped.join('')}"`
}

function show(codePoint: number): string {
  const char = String.fromCodePoint(codePoint)
  return wordChar.test(char) ? char : hex(codePoint)
}

/** A GBNF character class: one code point of the set. */
export function characterClass(set: CodePoints): string {
  const ranges = set.map(([first, last]) => (first === last ? show(first) : `${show(first)}-${show(last)}`))
  return `[${ranges.join('')}]`
}

export const terminal = (text: string): Piece => ({ text, rules: [] })
export const letters = (text: string): Piece => terminal(literal(text))
export const reference = (rule: string): Piece => ({ text: rule, rules: [rule] })

export function sequence(...pieces: Piece[]): Piece {
  return {
    text: pieces.map(({ text }) => text).join(' '),
    rules: pieces.flatMap(({ rules }) => rules),
  }
}
