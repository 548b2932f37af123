/** A set of Unicode code points: inclusive ranges, ascending, with gaps between them. */
export type CodePoints = readonly (readonly [first: number, last: number])[]

/** Everything that a JSON string can hold: all code points but surrogates, which stand for nothing alone. */
export const anyCodePoint: CodePoints = [
  [0, 0xd7ff],
  [0xe000, 0x10ffff],
]

export function codePointsOf(text: string): CodePoints {
  return union(Array.from(text, (char) => single(char.codePointAt(0) ?? 0)))
}

export const single = (codePoint: number): CodePoints => [[codePoint, codePoint]]

export function union(sets: readonly CodePoints[]): CodePoints {
  const ranges = sets.flat().toSorted((a, b) => a[0] - b[0])
  const merged: [number, number][] = []
  for (const [first, last] of ranges) {
    const previous = merged.at(-1)
    if (previous && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last)
    else merged.push([first, last])
  }
  return merged
}

export function intersect(a: CodePoints, b: CodePoints): CodePoints {
  const common: [number, number][] = []
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const [aFirst, aLast] = a[i] ?? [0, 0]
    const [bFirst, bLast] = b[j] ?? [0, 0]
    const first = Math.max(aFirst, bFirst)
    const last = Math.min(aLast, bLast)
    if (first <= last) common.push([first, last])
    if (aLast < bLast) i++
    else j++
  }
  return common
}

export function complement(set: CodePoints): CodePoints {
  const gaps: [number, number][] = []
  let next = 0
  for (const [first, last] of set) {
    if (first > next) gaps.push([next, first - 1])
    next = last + 1
  }
  if (next <= 0x10ffff) gaps.push([next, 0x10ffff])
  return intersect(gaps, anyCodePoint)
}

export const includes = (set: CodePoints, codePoint: number) =>
  set.some(([first, last]) => first <= codePoint && codePoint <= last)

/** Cuts the code points into the coarsest sets of which every given set is a union; each once, none empty. */
export function partition(sets: readonly CodePoints[]): CodePoints[] {
  const cuts = new Set<number>()
  for (const [first, last] of sets.flat()) cuts.add(first).add(last + 1)
  const bounds = [...cuts].toSorted((a, b) => a - b)
  const byMembership = new Map<string, CodePoints[]>()
  for (const [index, first] of bounds.slice(0, -1).entries()) {
    const members = sets.flatMap((set, number) => (includes(set, first) ? [number] : []))
    if (members.length === 0) continue
    const key = members.join()
    const pieces = byMembership.get(key) ?? []
    pieces.push([[first, (bounds[index + 1] ?? first) - 1]])
    byMembership.set(key, pieces)
  }
  return [...byMembership.values()].map(union)
}
