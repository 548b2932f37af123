/** Lines that wait to be written together. Disposing it writes them. */
export interface LineBatch extends Disposable {
  /** The line is written 100 ms later, or sooner. */
  add(line: string): void
  /** Writes what waits, at once. */
  flush(): void
}

const mostCharacters = 16_384
const mostMs = 100

/** A write for each line would take a request as long as all the rest of logging it. */
export function createLineBatch({ write }: { write: (lines: string) => void }): LineBatch {
  let waiting = ''
  let timer: NodeJS.Timeout | undefined

  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const lines = waiting
    waiting = ''
    if (lines !== '') write(lines)
  }

  return {
    add(line) {
      waiting += line
      if (waiting.length >= mostCharacters) flush()
      else timer ??= setTimeout(flush, mostMs).unref()
    },
    flush,
    [Symbol.dispose]: flush,
  }
}
