/**
 * The last of many lines. It is never changed: what is added makes a new one, which shares all but the last few lines
 * with it, so that many thousand lines a second cost little.
 */
export interface LineBuffer<Line> {
  readonly length: number
  readonly chunks: readonly (readonly Line[])[]
  /** How many lines went before the first that is left. */
  readonly gone: number
}

const chunkSize = 512

export const emptyBuffer: LineBuffer<never> = { length: 0, chunks: [], gone: 0 }

/** With these lines behind the others; of more than `limit` the oldest go, some hundred at a time. */
export function appendLines<Line>(
  buffer: LineBuffer<Line>,
  lines: readonly Line[],
  limit: number,
): LineBuffer<Line> {
  if (lines.length === 0) return buffer
  const chunks = [...buffer.chunks]
  const last = chunks.at(-1)
  const begun = last && last.length < chunkSize ? [...(chunks.pop() ?? [])] : []
  let rest = [...begun, ...lines]
  while (rest.length > 0) {
    chunks.push(rest.slice(0, chunkSize))
    rest = rest.slice(chunkSize)
  }
  let { gone } = buffer
  let length = buffer.length + lines.length
  while (chunks[0] && length - chunks[0].length >= limit) {
    gone += chunks[0].length
    length -= chunks[0].length
    chunks.shift()
  }
  return { length, chunks, gone }
}

/** Some lines, from the first that is left on counted. */
export function sliceLines<Line>({ chunks, length }: LineBuffer<Line>, from: number, count: number): Line[] {
  const first = Math.max(0, from)
  const end = Math.min(length, from + count)
  const found: Line[] = []
  let begin = 0
  for (const chunk of chunks) {
    if (begin >= end) break
    if (begin + chunk.length > first) found.push(...chunk.slice(Math.max(0, first - begin), end - begin))
    begin += chunk.length
  }
  return found
}

/** Number of the nearest line that passes, from `from` on in steps of 1 or -1; -1 where there is none. */
export function findLine<Line>(
  buffer: LineBuffer<Line>,
  passes: (line: Line) => boolean,
  { from, step }: { from: number; step: 1 | -1 },
): number {
  for (let index = from; index >= 0 && index < buffer.length; index += step) {
    const line = lineAt(buffer, index)
    if (line !== undefined && passes(line)) return index
  }
  return -1
}

/** All chunks but the last are full. */
export function lineAt<Line>({ chunks }: LineBuffer<Line>, index: number): Line | undefined {
  return chunks[Math.floor(index / chunkSize)]?.[index % chunkSize]
}

export function filterLines<Line>(
  buffer: LineBuffer<Line>,
  passes: (line: Line) => boolean,
): LineBuffer<Line> {
  const passing = buffer.chunks.flatMap((chunk) => chunk.filter(passes))
  return appendLines<Line>(emptyBuffer, passing, Infinity)
}
