/** Bytes from `start` up to `end`, which is not part of it. */
export interface ByteRange {
  start: number
  end: number
}

/** The same bytes and these: in order, and with gaps between them. */
export function addRange(ranges: readonly ByteRange[], added: ByteRange): ByteRange[] {
  if (added.start >= added.end) return [...ranges]
  const apart = ranges.filter(({ start, end }) => end < added.start || start > added.end)
  const touching = [added, ...ranges.filter((range) => !apart.includes(range))]
  const merged = {
    start: Math.min(...touching.map(({ start }) => start)),
    end: Math.max(...touching.map(({ end }) => end)),
  }
  return [...apart, merged].toSorted((a, b) => a.start - b.start)
}

/** What of a file of this size is in none of the ranges, which are in order. */
export function missingRanges(ranges: readonly ByteRange[], size: number): ByteRange[] {
  const starts = [0, ...ranges.map(({ end }) => end)]
  const ends = [...ranges.map(({ start }) => start), size]
  return starts.flatMap((start, index) => {
    const end = Math.min(ends[index] ?? size, size)
    return start < end ? [{ start, end }] : []
  })
}

export function countBytes(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0)
}

/**
 * What a connection fetches next: at first a large share, smaller ones towards the end, so that all connections are
 * done at about the same time.
 * @param taken Bytes that are there, or that another connection fetches
 */
export function nextSpan(
  taken: readonly ByteRange[],
  options: { size: number; connections: number; leastBytes: number; mostBytes: number },
): ByteRange | undefined {
  const { size, connections, leastBytes, mostBytes } = options
  const missing = missingRanges(taken, size)
  const [first] = missing
  if (!first) return undefined
  const share = Math.ceil(countBytes(missing) / connections)
  const length = Math.max(leastBytes, Math.min(share, mostBytes))
  return { start: first.start, end: Math.min(first.start + length, first.end) }
}
