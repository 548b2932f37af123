import { tabulate, type Automaton, type Machine } from './automaton.ts'
import { anyCodePoint, complement, intersect, single, union, type CodePoints } from './code-points.ts'
import { patternMachine } from './pattern-machine.ts'
import type { Spend } from './spend.ts'
import { located, type SchemaPath } from './unsupported-schema.ts'

export interface StringConstraints {
  /** In code points. */
  readonly minLength: number
  readonly maxLength: number
  /** Regular expressions of ECMA-262 that all must be found in the string, and where they stand in the schema. */
  readonly patterns: readonly { source: string; path: SchemaPath }[]
}

const maxPatternStates = 2000
const maxStates = 12_000

/** @returns the automaton of the strings that meet the constraints; it may accept none at all */
export function stringAutomaton(
  { minLength, maxLength, patterns }: StringConstraints,
  spend: Spend,
): Automaton {
  const machines = patterns.map(({ source, path }) =>
    located(path, () => tabulate(patternMachine(source, spend), maxPatternStates, spend)),
  )
  return tabulate(both(lengthMachine(minLength, maxLength), machines), maxStates, spend)
}

/** @returns the automaton of all strings but these */
export function otherStringsAutomaton(excluded: readonly string[], spend: Spend): Automaton {
  const root: TrieNode = { id: 1, ends: false, children: new Map() }
  let nodes = 1
  for (const text of excluded) {
    let node = root
    for (const char of text) {
      const codePoint = char.codePointAt(0) ?? 0
      const child = node.children.get(codePoint) ?? { id: ++nodes, ends: false, children: new Map() }
      node.children.set(codePoint, child)
      node = child
    }
    node.ends = true
  }
  const elsewhere: TrieNode = { id: 0, ends: false, children: new Map() }
  const machine: Machine<TrieNode> = {
    start: root,
    key: ({ id }) => String(id),
    accepts: ({ ends }) => !ends,
    next({ children }) {
      const known = [...children].map(([codePoint, child]) => [single(codePoint), child] as const)
      return [...known, [complement(union(known.map(([on]) => on))), elsewhere]]
    },
  }
  return tabulate(machine, maxStates * 4, spend)
}

interface TrieNode {
  readonly id: number
  ends: boolean
  readonly children: Map<number, TrieNode>
}

/** Counts as far as it matters: to the maximum, or else to the minimum. */
function lengthMachine(min: number, max: number): Machine<number> {
  const most = max === Infinity ? min : max
  return {
    start: 0,
    key: String,
    accepts: (length) => length >= min,
    next: (length) => (length === max ? [] : [[anyCodePoint, Math.min(length + 1, most)]]),
  }
}

/** What the machine and all the automata accept. */
function both<State>(machine: Machine<State>, automata: readonly Automaton[]): Machine<[State, number[]]> {
  return {
    start: [machine.start, automata.map(() => 0)],
    key: ([state, numbers]) => `${machine.key(state)}/${numbers.join()}`,
    accepts: ([state, numbers]) =>
      machine.accepts(state) && automata.every((automaton, i) => automaton[numbers[i] ?? 0]?.accepting),
    next([state, numbers]) {
      let steps = machine.next(state).map(([on, to]) => ({ on, to, others: [] as number[] }))
      for (const [i, automaton] of automata.entries()) {
        const edges = automaton[numbers[i] ?? 0]?.edges ?? []
        steps = steps.flatMap((step) =>
          edges.flatMap((edge) => {
            const on: CodePoints = intersect(step.on, edge.on)
            return on.length === 0 ? [] : [{ on, to: step.to, others: [...step.others, edge.to] }]
          }),
        )
      }
      return steps.map(({ on, to, others }) => [on, [to, others]])
    },
  }
}
