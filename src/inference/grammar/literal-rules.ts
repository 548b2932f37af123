import { letters, reference, sequence, type Piece } from './gbnf.ts'
import type { RuleTable } from './rule-table.ts'

/** Adds rules for exactly these texts, those with a common start together. @returns the pieces to choose from */
export function literalRules(name: string, texts: readonly string[], table: RuleTable): Piece[] {
  return group(texts.map((text) => Array.from(text))).map(({ start, ends }) => {
    const head = letters(start.join(''))
    if (ends.length === 1) return head
    const rest = literalRules(
      name,
      ends.map((end) => end.join('')),
      table,
    )
    return sequence(head, reference(table.share(name, () => rest)))
  })
}

interface Group {
  start: string[]
  ends: string[][]
}

/** Groups texts by their first character; `start` is all that a group has in common. */
function group(texts: readonly string[][]): Group[] {
  const byFirst = Map.groupBy(
    new Map(texts.map((text) => [text.join(''), text])).values(),
    ([first]) => first ?? '',
  )
  return [...byFirst.values()].map((members) => {
    const [one = []] = members
    let length = 0
    while (length < one.length && members.every((text) => text[length] === one[length])) length++
    return { start: one.slice(0, length), ends: members.map((text) => text.slice(length)) }
  })
}
