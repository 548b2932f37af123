/** The candidate that takes the fewest edits; the last parts of dotted names count too, so that `port` finds `server.port`. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: { candidate: string; edits: number } | undefined
  for (const candidate of candidates) {
    const edits = Math.min(distance(word, candidate), distance(lastPart(word), lastPart(candidate)))
    if (!best || edits < best.edits) best = { candidate, edits }
  }
  return best?.candidate
}

const lastPart = (name: string) => name.slice(name.lastIndexOf('.') + 1)

/** Levenshtein's, case aside. */
function distance(left: string, right: string): number {
  const a = left.toLowerCase()
  const b = right.toLowerCase()
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
