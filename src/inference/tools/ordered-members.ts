import { literal, type GrammarBuilder } from '../grammar/grammar-builder.ts'
import { sequence } from './call-grammar.ts'

export interface Member {
  rule: string
  required: boolean
}

/**
 * The rule for these members in this order, of which those that are not required may be left out.
 * @param options.name what the rules made here are called after
 * @param options.separator a text, between any two
 */
export function orderedMembers(
  builder: GrammarBuilder,
  members: readonly Member[],
  { name, separator }: { name: string; separator: string },
): string {
  let rest = '""'
  let start = '""'
  for (const [index, { rule, required }] of [...members.entries()].toReversed()) {
    const orSkip = (without: string) => (required ? '' : ` | ${without}`)
    const nextStart = builder.rule(`${name}-${index}-first`, `${rule} ${rest}${orSkip(start)}`)
    const next = sequence(separator === '' ? '' : literal(separator), rule, rest)
    rest = builder.rule(`${name}-${index}-next`, `${next}${orSkip(rest)}`)
    start = nextStart
  }
  return start
}
