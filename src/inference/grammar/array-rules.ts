import { letters, reference, sequence, type Piece } from './gbnf.ts'
import type { RuleTable } from './rule-table.ts'

export interface ArrayShape {
  readonly min: number
  readonly max: number
  readonly prefix: readonly Piece[]
  readonly rest: Piece
}

const open = letters('[')
const close = letters(']')

/** Adds rules for arrays of the shape. @returns the pieces to choose from */
export function arrayRules({ min, max, prefix, rest }: ArrayShape, table: RuleTable): Piece[] {
  const space = reference(table.share('space', () => [letters(' '), letters('')]))
  const comma = sequence(letters(','), space)
  const rule = (alternatives: (self: Piece) => readonly Piece[]) =>
    reference(table.share('array', alternatives))
  const item = (index: number) => prefix[index] ?? rest

  const counted = Math.max(1, max === Infinity ? Math.max(min, prefix.length) : max)
  let tail = max === Infinity ? rule((self) => [close, sequence(comma, rest, self)]) : rule(() => [close])
  for (let index = counted - 1; index >= 1; index--) {
    const following = tail
    tail = rule(() => [...(index >= min ? [close] : []), sequence(comma, item(index), following)])
  }
  return [...(min === 0 ? [letters('[]')] : []), ...(max > 0 ? [sequence(open, item(0), tail)] : [])]
}
