const quotes = '"""'

/** Puts messages together from the lines that are typed. */
export interface MessageReader {
  /** Whether a message has begun and goes on. */
  readonly isOpen: boolean
  /** The message that ends with this line; null where it goes on. */
  push(line: string): string | null
  /** Forgets what has begun. */
  reset(): void
}

/** A message is a line. It has more where it begins with three quotes, up to three more, or where a line ends with a backslash. */
export function createMessageReader(): MessageReader {
  let lines: string[] = []
  let isQuoted = false

  const end = (): string => {
    const message = lines.join('\n')
    lines = []
    isQuoted = false
    return message
  }

  return {
    get isOpen() {
      return isQuoted || lines.length > 0
    },
    push(line) {
      const opens = !isQuoted && lines.length === 0 && line.startsWith(quotes)
      const rest = opens ? line.slice(quotes.length) : line
      isQuoted ||= opens
      const closes = isQuoted && rest.trimEnd().endsWith(quotes)
      const goesOn = isQuoted ? !closes : rest.endsWith('\\')
      const said = closes
        ? rest.trimEnd().slice(0, -quotes.length)
        : goesOn && !isQuoted
          ? rest.slice(0, -1)
          : rest
      // The quotes may stand on lines of their own.
      if (!((opens || closes) && said === '')) lines.push(said)
      return goesOn ? null : end()
    },
    reset: () => void end(),
  }
}
