import { includes, union, type CodePoints } from './code-points.ts'
import type { Spend } from './spend.ts'
import { UnsupportedSchema } from './unsupported-schema.ts'

/** A deterministic finite automaton over code points. State 0 is the start; no state is a dead end. */
export type Automaton = readonly AutomatonState[]

interface AutomatonState {
  readonly accepting: boolean
  /** Their sets are disjoint. */
  readonly edges: readonly Edge[]
}

export interface Edge {
  readonly on: CodePoints
  readonly to: number
}

/** A deterministic automaton given by rules rather than by a table. */
export interface Machine<State> {
  start: State
  /** Equal for equal states only. */
  key(state: State): string
  accepts(state: State): boolean
  /** What can come next: disjoint sets. */
  next(state: State): readonly (readonly [on: CodePoints, to: State])[]
}

const workPerState = 12

/** Makes a machine a table of few states: none is unreachable, a dead end, or equal to another one's ends. */
export function tabulate<State>(machine: Machine<State>, maxStates: number, spend: Spend): Automaton {
  const numbers = new Map([[machine.key(machine.start), 0]])
  const states = [machine.start]
  const table: AutomatonState[] = []
  for (const state of states) {
    const edges = machine.next(state).map(([on, to]) => {
      const key = machine.key(to)
      const known = numbers.get(key)
      if (known !== undefined) return { on, to: known }
      numbers.set(key, states.length)
      return { on, to: states.push(to) - 1 }
    })
    spend(workPerState + edges.length)
    table.push({ accepting: machine.accepts(state), edges })
    if (states.length > maxStates) throw new UnsupportedSchema('this takes too many states')
  }
  return mergeEqual(trim(table))
}

/** The order in which a state comes after those it leads to, but for circles. */
export function postOrder(automaton: Automaton): number[] {
  const order: number[] = []
  const seen = new Set([0])
  const path = [{ state: 0, edge: 0 }]
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const edge = automaton[top.state]?.edges[top.edge++]
    if (!edge) {
      order.push(top.state)
      path.pop()
    } else if (!seen.has(edge.to)) {
      seen.add(edge.to)
      path.push({ state: edge.to, edge: 0 })
    }
  }
  return order
}

export function accepts(automaton: Automaton, text: string): boolean {
  let state = automaton[0]
  for (const char of text) {
    const codePoint = char.codePointAt(0) ?? 0
    const edge = state?.edges.find(({ on }) => includes(on, codePoint))
    state = edge && automaton[edge.to]
  }
  return state?.accepting ?? false
}

/** Whether no text at all is accepted. */
export const isEmpty = ([start]: Automaton) => !start || (!start.accepting && start.edges.length === 0)

function trim(automaton: Automaton): Automaton {
  const sources = automaton.map((): number[] => [])
  for (const [from, { edges }] of automaton.entries()) for (const { to } of edges) sources[to]?.push(from)
  const live = new Set(automaton.flatMap(({ accepting }, number) => (accepting ? [number] : [])))
  for (const state of live) for (const source of sources[state] ?? []) live.add(source)
  return automaton.map(({ accepting, edges }) => ({
    accepting,
    edges: edges.filter(({ to }) => live.has(to)),
  }))
}

/** Merges states with the same ends, from the ends to the start; equal circles stay apart. */
function mergeEqual(automaton: Automaton): Automaton {
  const order = postOrder(automaton)
  const representative = automaton.map((_, number) => number)
  const byContent = new Map<string, number>()
  const merged = [...automaton]
  for (const number of order) {
    const { accepting = false, edges = [] } = automaton[number] ?? {}
    const sets = new Map<number, CodePoints[]>()
    for (const { on, to } of edges) {
      const target = representative[to] ?? to
      sets.set(target, [...(sets.get(target) ?? []), on])
    }
    const joined = [...sets].map(([to, on]) => ({ on: union(on), to })).toSorted((a, b) => a.to - b.to)
    merged[number] = { accepting, edges: joined }
    const parts = joined.map(({ on, to }) => `${to === number ? 'self' : to}:${on.join()}`)
    const content = [accepting, ...parts].join(';')
    representative[number] = byContent.get(content) ?? number
    if (!byContent.has(content)) byContent.set(content, number)
  }
  return compact(merged, representative)
}

/** Renumbers the states that are left, so that the start is 0 again. */
function compact(automaton: Automaton, representative: readonly number[]): Automaton {
  const target = (state: number) => representative[state] ?? state
  const numbers = new Map([[target(0), 0]])
  const kept: AutomatonState[] = []
  for (const state of numbers.keys()) {
    const { accepting = false, edges = [] } = automaton[state] ?? {}
    const renumbered = edges.map(({ on, to }) => {
      const goal = target(to)
      const number = numbers.get(goal) ?? numbers.size
      numbers.set(goal, number)
      return { on, to: number }
    })
    kept.push({ accepting, edges: renumbered })
  }
  return kept
}
