import type { Piece } from './gbnf.ts'
import { UnsupportedSchema } from './unsupported-schema.ts'

export interface GrammarLimits {
  rules: number
  /** Of the grammar's text, in UTF-16 units. */
  length: number
}

/** The rules of a grammar being built. Every rule is a list of alternatives; one without any matches nothing. */
export interface RuleTable {
  /** A legal name that no other rule has. Its rule must be defined later. */
  reserve(name: string): string
  define(name: string, alternatives: readonly Piece[]): void
  /** The rule with these alternatives, made if there is none yet. `self` in them stands for its own name. */
  share(name: string, alternatives: (self: Piece) => readonly Piece[]): string
  /** What was made for this key before, or else what `make` makes now: many schemas ask for the same strings. */
  once(key: string, make: () => Piece[]): Piece[]
  /**
   * Drops the alternatives that no finite text matches. All rules that the defined ones name must be defined.
   * @returns whether any text matches the rule
   */
  prune(name: string): boolean
  text(): string
}

const selfMark = '@'

export function createRuleTable(limits: GrammarLimits): RuleTable {
  const rules = new Map<string, readonly Piece[]>()
  const names = new Set(['root'])
  const counters = new Map<string, number>()
  const shared = new Map<string, string>()
  const made = new Map<string, Piece[]>()
  /** Rules that some finite text matches, of those that were looked at. */
  const productive = new Set<string>()
  /** Rules that were not: a table of many schemas is not to be gone through for each of them. */
  let fresh = new Map<string, readonly Piece[]>()
  let length = 0

  function reserve(name: string): string {
    const base =
      name
        .replaceAll(/[^0-9A-Za-z]+/g, '-')
        .replaceAll(/^-|-$/g, '')
        .slice(0, 40) || 'rule'
    let count = counters.get(base) ?? 0
    let unique = count === 0 ? base : `${base}-${count}`
    while (names.has(unique)) unique = `${base}-${++count}`
    counters.set(base, count + 1)
    names.add(unique)
    return unique
  }

  function define(name: string, alternatives: readonly Piece[]): void {
    rules.set(name, alternatives)
    fresh.set(name, alternatives)
    length += name.length + 6 + alternatives.reduce((sum, piece) => sum + piece.text.length + 3, 0)
    if (rules.size > limits.rules || length > limits.length) {
      throw new UnsupportedSchema('its grammar would be too large')
    }
  }

  function share(name: string, alternatives: (self: Piece) => readonly Piece[]): string {
    const key = alternatives({ text: selfMark, rules: [] })
      .map((piece) => piece.text)
      .join(' | ')
    const known = shared.get(key)
    if (known) return known
    const unique = reserve(name)
    shared.set(key, unique)
    define(unique, alternatives({ text: unique, rules: [unique] }))
    return unique
  }

  function once(key: string, make: () => Piece[]): Piece[] {
    const pieces = made.get(key) ?? make()
    made.set(key, pieces)
    return pieces
  }

  function prune(name: string): boolean {
    addProductive(productive, fresh)
    for (const [rule, alternatives] of fresh) {
      const kept = alternatives.filter((piece) => piece.rules.every((part) => productive.has(part)))
      if (kept.length < alternatives.length) rules.set(rule, kept)
    }
    fresh = new Map()
    return productive.has(name)
  }

  function text(): string {
    const matching = [...rules].filter(([, alternatives]) => alternatives.length > 0)
    const lines = matching.map(
      ([name, alternatives]) =>
        `${name} ::= ${alternatives.map((piece) => piece.text || '""').join(' | ')}\n`,
    )
    return lines.join('')
  }

  return { reserve, define, share, once, prune, text }
}

/** Adds the rules that some finite text matches: those with an alternative whose rules all are such. */
function addProductive(productive: Set<string>, rules: ReadonlyMap<string, readonly Piece[]>): void {
  const waiting = new Map<string, { rule: string; missing: number }[]>()
  const found: string[] = []
  const add = (rule: string) => {
    if (productive.has(rule)) return
    productive.add(rule)
    found.push(rule)
  }
  for (const [rule, alternatives] of rules) {
    for (const piece of alternatives) {
      const parts = new Set(piece.rules.filter((part) => !productive.has(part)))
      const alternative = { rule, missing: parts.size }
      for (const part of parts) {
        const list = waiting.get(part)
        if (list) list.push(alternative)
        else waiting.set(part, [alternative])
      }
      if (parts.size === 0) add(rule)
    }
  }
  for (let rule = found.pop(); rule !== undefined; rule = found.pop()) {
    for (const alternative of waiting.get(rule) ?? []) if (--alternative.missing === 0) add(alternative.rule)
  }
}
