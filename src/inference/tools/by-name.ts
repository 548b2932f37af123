import { literal, type GrammarBuilder } from '../grammar/grammar-builder.ts'

interface NamedCall {
  name: string
  /** The call in GBNF. The name stands in it once, in a literal. */
  write: (name: string) => string
}

interface End {
  /** What is left of the name. */
  name: string
  /** What comes after it. */
  rest: string
}

/** Marks the name's place in a call; no name holds it. */
const nameMark = '\u{F0000}'
/** Stands in a literal as it is. */
const plainName = /^[\w.:/-]+$/

/**
 * The body of a rule for one of these calls, what they begin with written once: the engine tries all of the vocabulary
 * on each alternative that is still open, and of 200 tools all would be until the name is over.
 */
export function byName(builder: GrammarBuilder, calls: readonly NamedCall[]): string {
  const ends: End[] = []
  let start: string | undefined
  for (const { name, write } of calls) {
    const [before, after, ...more] = write(nameMark).split(nameMark)
    start ??= before
    if (before === undefined || after === undefined || more.length > 0 || before !== start) break
    if (plainName.test(name)) ends.push({ name, rest: `"${after}` })
  }
  if (start === undefined || ends.length < calls.length) {
    return calls.map(({ name, write }) => write(name)).join(' | ')
  }
  return `${start}" ${alternatives(builder, ends)}`
}

/** One of these, those with a common start together. */
function alternatives(builder: GrammarBuilder, ends: readonly End[]): string {
  const groups = Map.groupBy(ends, ({ name }) => name.slice(0, 1))
  const pieces = [...groups.values()].flatMap((group) => {
    const start = commonStart(group.map(({ name }) => name))
    if (start === '') return group.map(({ rest }) => rest)
    const [only = { name: '', rest: '' }, ...others] = group.map(({ name, rest }) => ({
      name: name.slice(start.length),
      rest,
    }))
    const rest = others.length === 0 ? only.rest : alternatives(builder, [only, ...others])
    return `${literal(start)} ${rest}`
  })
  return pieces.length === 1 ? (pieces[0] ?? '') : builder.rule('named', pieces.join(' | '))
}

function commonStart(names: readonly string[]): string {
  const [first = ''] = names
  let length = first.length
  for (const name of names) while (!name.startsWith(first.slice(0, length))) length--
  return first.slice(0, length)
}
