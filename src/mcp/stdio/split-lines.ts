/** Takes text as it comes, and gives whole lines without their ends. */
export interface LineSplitter {
  add(chunk: string, onLine: (line: string) => void): void
  /** Characters of the line that is not whole yet. */
  readonly pending: number
}

export function createLineSplitter(): LineSplitter {
  let pieces: string[] = []
  let pending = 0
  return {
    add(chunk, onLine) {
      const [first = '', ...more] = chunk.split('\n')
      pieces.push(first)
      pending += first.length
      for (const next of more) {
        const line = pieces.join('')
        pieces = [next]
        pending = next.length
        onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
      }
    },
    get pending() {
      return pending
    },
  }
}
