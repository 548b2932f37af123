import { advance, startNesting, type Nesting } from './json-bytes.ts'

const lineFeed = 0x0a

/** Where a place lies: the beginning of its line, and how deep it is in the JSON there. */
export interface LinePlace {
  line: number
  nesting: Nesting
}

/**
 * Tells where places lie, which have to be asked for from the first to the last: each byte is then read once, however
 * many places there are.
 */
export function followLines(bytes: Buffer): (place: number) => LinePlace {
  let line = 0
  let lineEnd = endOfLine(bytes, 0)
  let read = 0
  let nesting = startNesting()
  return (place) => {
    while (place > lineEnd) {
      line = lineEnd + 1
      lineEnd = endOfLine(bytes, line)
      read = line
      nesting = startNesting()
    }
    advance(nesting, bytes, read, place)
    read = place
    return { line, nesting }
  }
}

function endOfLine(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(lineFeed, start)
  return end === -1 ? bytes.length : end
}
