import { postOrder, type Automaton, type Edge } from './automaton.ts'
import { anyCodePoint, codePointsOf, complement, intersect, type CodePoints } from './code-points.ts'
import { characterClass, letters, literal, reference, sequence, terminal, type Piece } from './gbnf.ts'
import type { RuleTable } from './rule-table.ts'

/** How an automaton's code points and ends look in the text that the grammar produces. */
interface Spelling {
  read(on: CodePoints): Piece[]
  /** Nothing where the text just ends. */
  readonly end: Piece | undefined
}

const plainSpelling: Spelling = { read: (on) => [terminal(characterClass(on))], end: undefined }

/** Adds rules for the JSON strings, quotes included, whose value the automaton accepts. @returns a piece */
export function stringRules(name: string, automaton: Automaton, table: RuleTable): Piece {
  const read = (on: CodePoints) => table.once(`spelled ${on.join()}`, () => spellInString(on, table))
  const spelling = { read, end: letters('"') }
  return sequence(letters('"'), automatonRules(name, automaton, table, spelling))
}

/** Adds rules for the texts that the automaton accepts, letter for letter. @returns a piece */
export function plainRules(name: string, automaton: Automaton, table: RuleTable): Piece {
  return automatonRules(name, automaton, table, plainSpelling)
}

/** One rule a state, so that the engine follows a single path: what is ahead never depends on a guess. */
function automatonRules(name: string, automaton: Automaton, table: RuleTable, spelling: Spelling): Piece {
  const rules = new Map<number, string>()
  const ruleOf = (state: number) => {
    const rule = rules.get(state) ?? table.reserve(name)
    rules.set(state, rule)
    return rule
  }

  /** Where the text just ends and cannot go on: no rule is needed. */
  const isEnd = (state: number) =>
    spelling.end === undefined && state !== 0 && automaton[state]?.edges.length === 0

  function follow({ on, to }: Edge, state: number, self: Piece): Piece[] {
    if (isEnd(to)) return spelling.read(on)
    const next = to === state ? self : reference(ruleOf(to))
    return spelling.read(on).map((piece) => sequence(piece, next))
  }

  for (const state of postOrder(automaton)) {
    if (isEnd(state)) continue
    const { accepting = false, edges = [] } = automaton[state] ?? {}
    const alternatives = (self: Piece) => [
      ...(accepting ? [spelling.end ?? terminal('""')] : []),
      ...edges.flatMap((edge) => follow(edge, state, self)),
    ]
    const reserved = rules.get(state)
    if (reserved === undefined) rules.set(state, table.share(name, alternatives))
    else table.define(reserved, alternatives(reference(reserved)))
  }
  return reference(ruleOf(0))
}

const quoteAndBackslash: CodePoints = [
  [0x22, 0x22],
  [0x5c, 0x5c],
]
const escaped: CodePoints = [[0, 0x1f], ...quoteAndBackslash]
const unescaped = complement(escaped)
const shortEscapes = new Map([
  [0x22, '"'],
  [0x5c, '\\'],
  [0x08, 'b'],
  [0x0c, 'f'],
  [0x0a, 'n'],
  [0x0d, 'r'],
  [0x09, 't'],
])

const toClass = (chars: readonly string[]) => characterClass(codePointsOf(chars.join('')))

/** The code points as they stand in a JSON string: one spelling each, the one that JSON.stringify chooses. */
function spellInString(on: CodePoints, table: RuleTable): Piece[] {
  const all = escapedCodePoints(on)
  const every = all.length === 34
  const escape = every ? reference(table.share('escape', () => spellEscapes(all))) : undefined
  if (escape && on.join() === anyCodePoint.join()) {
    return [reference(table.share('char', () => [terminal(characterClass(unescaped)), escape]))]
  }
  const plain = intersect(on, unescaped)
  return [
    ...(plain.length > 0 ? [terminal(characterClass(plain))] : []),
    ...(escape ? [escape] : spellEscapes(all)),
  ]
}

function escapedCodePoints(on: CodePoints): number[] {
  return intersect(on, escaped).flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index),
  )
}

function spellEscapes(codePoints: readonly number[]): Piece[] {
  const short = codePoints.flatMap((codePoint) => shortEscapes.get(codePoint) ?? [])
  const pieces = short.length > 0 ? [terminal(`${literal('\\')} ${toClass(short)}`)] : []
  for (const high of [0, 1]) {
    const long = codePoints.filter((codePoint) => codePoint >> 4 === high && !shortEscapes.has(codePoint))
    if (long.length === 0) continue
    const digits = toClass(long.map((codePoint) => (codePoint & 15).toString(16)))
    pieces.push(terminal(`${literal(`\\u00${high}`)} ${digits}`))
  }
  return pieces
}
