import type { Machine } from './automaton.ts'
import { anyCodePoint, intersect, partition, type CodePoints } from './code-points.ts'
import { parsePattern, type Pattern } from './parse-pattern.ts'
import type { Spend } from './spend.ts'
import { UnsupportedSchema } from './unsupported-schema.ts'

interface NfaState {
  /** Where it may go without reading: always, or only at an end of the text. */
  readonly free: { to: number; when: 'always' | 'start' | 'end' }[]
  readonly reads: { on: CodePoints; to: number }[]
}

/** States of the NFA that the text read so far may have led to. */
interface PatternState {
  readonly states: readonly number[]
  readonly atStart: boolean
}

const maxNfaStates = 4000
/** Steps from a state to the next one that take a unit of work. */
const stepsPerUnit = 10

/** A machine that accepts the texts in which the pattern is found. */
export function patternMachine(source: string, spend: Spend): Machine<PatternState> {
  const { nfa, start, end } = buildNfa(parsePattern(source))

  function close(from: Iterable<number>, at: { start: boolean; end: boolean }): number[] {
    const reached = new Set(from)
    let steps = 0
    for (const state of reached) {
      for (const { to, when } of nfa[state]?.free ?? []) {
        steps++
        if (when === 'always' || at[when]) reached.add(to)
      }
    }
    spend((steps + reached.size) / stepsPerUnit)
    // Found once is found for good: what else could have been found no longer matters.
    if (reached.has(end) && !at.end) return [end]
    return [...reached].toSorted((a, b) => a - b)
  }

  return {
    start: { states: close([start], { start: true, end: false }), atStart: true },
    key: ({ states, atStart }) => `${atStart}${states.join()}`,
    accepts: ({ states, atStart }) => close(states, { start: atStart, end: true }).includes(end),
    next({ states }) {
      const reads = states.flatMap((state) => nfa[state]?.reads ?? [])
      const sets = [...new Map(reads.map(({ on }) => [on.join(), on])).values()]
      spend((sets.length * (sets.length + reads.length)) / stepsPerUnit)
      return partition(sets).map((on) => {
        const targets = reads.filter((read) => intersect(read.on, on).length > 0).map(({ to }) => to)
        return [on, { states: close(targets, { start: false, end: false }), atStart: false }]
      })
    },
  }
}

function buildNfa(pattern: Pattern): { nfa: readonly NfaState[]; start: number; end: number } {
  const nfa: NfaState[] = []
  const add = () => {
    if (nfa.length >= maxNfaStates) throw new UnsupportedSchema('the pattern is too long')
    return nfa.push({ free: [], reads: [] }) - 1
  }
  const link = (from: number, to: number, when: 'always' | 'start' | 'end' = 'always') => {
    nfa[from]?.free.push({ to, when })
  }
  const read = (from: number, on: CodePoints, to: number) => {
    if (on.length > 0) nfa[from]?.reads.push({ on, to })
  }

  /** Adds what leads through the pattern. @returns the state behind it */
  function append(part: Pattern, from: number): number {
    if (part.type === 'sequence') return part.parts.reduce((state, next) => append(next, state), from)
    if (part.type === 'repeat') return repeat(part, from)
    const to = add()
    if (part.type === 'set') read(from, part.set, to)
    else if (part.type === 'choice') for (const option of part.parts) link(append(option, from), to)
    else link(from, to, part.type)
    return to
  }

  function repeat({ part, min, max }: Extract<Pattern, { type: 'repeat' }>, from: number): number {
    let state = from
    for (let count = 0; count < min; count++) state = append(part, state)
    const to = add()
    if (max === Infinity) {
      const loop = add()
      link(state, loop)
      link(append(part, loop), loop)
      link(loop, to)
      return to
    }
    for (let count = min; count < max; count++) {
      link(state, to)
      state = append(part, state)
    }
    link(state, to)
    return to
  }

  const start = add()
  read(start, anyCodePoint, start)
  const first = add()
  link(start, first)
  const last = append(pattern, first)
  const end = add()
  link(last, end)
  read(end, anyCodePoint, end)
  return { nfa, start, end }
}
