import { letters, reference, sequence, type Piece } from './gbnf.ts'
import type { RuleTable } from './rule-table.ts'

export interface ObjectShape {
  readonly members: readonly { name: string; required: boolean; value: Piece }[]
  /** A property of another name: its name in quotes, and its value. Nothing where there may be none. */
  readonly other: { name: Piece; value: Piece } | undefined
  /** Members in the order given, even where they are few. */
  readonly ordered: boolean
}

/** Up to here members come in any order: it takes a rule for each set of them. */
const maxUnordered = 5

const open = letters('{')
const close = letters('}')

/** Adds rules for objects of the shape. @returns the pieces to choose from */
export function objectRules({ members, other, ordered }: ObjectShape, table: RuleTable): Piece[] {
  const space = reference(table.share('space', () => [letters(' '), letters('')]))
  const comma = sequence(letters(','), space)
  const pairs = members.map(({ name, value }) => sequence(letters(`${JSON.stringify(name)}:`), space, value))
  const otherPair = other && sequence(other.name, letters(':'), space, other.value)
  const othersRest =
    otherPair && reference(table.share('others', (self) => [close, sequence(comma, otherPair, self)]))

  /** What may follow when all members that must be there are. */
  const finish = (separator: Piece[]): Piece[] => [
    close,
    ...(otherPair && othersRest ? [sequence(...separator, otherPair, othersRest)] : []),
  ]
  const rule = (alternatives: readonly Piece[]) => reference(table.share('object', () => alternatives))

  function anyOrder(): Piece {
    const rests = new Map<number, Piece>()
    const alternatives = (present: number, separator: Piece[]): Piece[] => [
      ...pairs.flatMap((pair, i) =>
        present & (1 << i) ? [] : [sequence(...separator, pair, rest(present | (1 << i)))],
      ),
      ...(members.every(({ required }, i) => !required || present & (1 << i)) ? finish(separator) : []),
    ]
    const rest = (present: number): Piece => {
      const known = rests.get(present) ?? rule(alternatives(present, [comma]))
      rests.set(present, known)
      return known
    }
    return rule(alternatives(0, []))
  }

  function givenOrder(): Piece {
    let rest = rule(finish([comma]))
    let first = rule(finish([]))
    for (let i = members.length - 1; i >= 0; i--) {
      const [pair, following] = [pairs[i] ?? close, rest]
      const required = members[i]?.required ?? false
      rest = rule([sequence(comma, pair, following), ...(required ? [] : [following])])
      first = rule([sequence(pair, following), ...(required ? [] : [first])])
    }
    return first
  }

  const inside = ordered || members.length > maxUnordered ? givenOrder() : anyOrder()
  return [sequence(open, inside)]
}
