/** The last lines of the log, each with its number. */
export interface RecentLines {
  /** Forgets the oldest ones for it, where it must. */
  add(line: string): void
  /** Number of the oldest line that is held. */
  readonly first: number
  /** Number that the next line will have. */
  readonly next: number
  /** Undefined where it is held no more, or not yet. */
  at(number: number): string | undefined
  /** Has it called after each line, until what is returned is called. */
  follow(onLine: () => void): () => void
}

/** What all lines together may take, in characters: a few long ones must not take the memory of many. */
const mostCharacters = 16 * 1024 ** 2

/** @param options.capacity how many lines are held */
export function createRecentLines({ capacity }: { capacity: number }): RecentLines {
  const lines: (string | undefined)[] = Array.from({ length: capacity })
  let first = 0
  let next = 0
  let characters = 0
  const followers = new Set<() => void>()

  const forgetOldest = () => {
    const place = first % capacity
    characters -= lines[place]?.length ?? 0
    lines[place] = undefined
    first += 1
  }

  const isFull = () => next - first >= capacity || (characters > mostCharacters && first < next)

  return {
    add(line) {
      characters += line.length
      while (isFull()) forgetOldest()
      lines[next % capacity] = line
      next += 1
      for (const onLine of followers) onLine()
    },
    get first() {
      return first
    },
    get next() {
      return next
    },
    at: (number) => (number < first || number >= next ? undefined : lines[number % capacity]),
    follow(onLine) {
      followers.add(onLine)
      return () => void followers.delete(onLine)
    },
  }
}
