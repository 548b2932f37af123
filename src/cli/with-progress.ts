const barWidth = 30

/**
 * Shows on a terminal how far work is, on stderr. `fractions` are from 0 to 1, and end when the signal is aborted or
 * sooner; the work goes on without them.
 */
export async function withProgress<Result>(
  title: string,
  options: {
    work: () => Promise<Result>
    fractions: (signal: AbortSignal) => AsyncIterable<number>
    terminal?: { isTTY?: boolean; write(text: string): unknown }
  },
): Promise<Result> {
  const { work, fractions, terminal = process.stderr } = options
  if (!terminal.isTTY) return work()
  const done = new AbortController()
  const show = async () => {
    terminal.write(progressLine(title, 0))
    for await (const fraction of fractions(done.signal)) {
      terminal.write(`\r\x1b[K${progressLine(title, fraction)}`)
    }
  }
  // The work itself tells what went wrong.
  const shown = show().catch(() => {})
  try {
    return await work()
  } finally {
    done.abort()
    await shown
    terminal.write('\r\x1b[K')
  }
}

/** As in `Loading x [#######       ]  50 %`. */
export function progressLine(title: string, fraction: number): string {
  const share = Math.min(1, Math.max(0, fraction))
  const filled = Math.round(share * barWidth)
  const percent = String(Math.floor(share * 100)).padStart(3)
  return `${title} [${'#'.repeat(filled)}${' '.repeat(barWidth - filled)}] ${percent} %`
}
