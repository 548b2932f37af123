const most = 100
const mostCharacters = 1024 ** 2

/** What a program says that nobody listens to yet: the last of it, and no more than so much. */
export interface UnheardLines {
  add(line: string): void
  /** Oldest first; nothing is left. */
  take(): string[]
}

export function createUnheardLines(): UnheardLines {
  let lines: string[] = []
  let characters = 0
  return {
    add(line) {
      lines.push(line)
      characters += line.length
      while (lines.length > most || characters > mostCharacters) characters -= lines.shift()?.length ?? 0
    },
    take() {
      const taken = lines
      lines = []
      characters = 0
      return taken
    },
  }
}
