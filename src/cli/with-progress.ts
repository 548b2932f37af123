import { setTimeout as delay } from 'node:timers/promises'

const pollMs = 200
const barWidth = 30

/**
 * Shows on a terminal how far work is, on stderr. `fraction` is asked now and then, and gives 0 to 1, or null where
 * there is nothing to tell.
 */
export async function withProgress<Result>(
  title: string,
  { work, fraction }: { work: () => Promise<Result>; fraction: () => Promise<number | null> },
): Promise<Result> {
  if (!process.stderr.isTTY) return work()
  const done = new AbortController()
  const shown = show(title, fraction, done.signal)
  try {
    return await work()
  } finally {
    done.abort()
    await shown
  }
}

async function show(title: string, fraction: () => Promise<number | null>, done: AbortSignal): Promise<void> {
  while (!done.aborted) {
    // The work itself tells what went wrong.
    const now = await fraction().catch(() => null)
    if (now !== null && !done.aborted) process.stderr.write(`\r\x1b[K${progressLine(title, now)}`)
    await delay(pollMs, undefined, { signal: done }).catch(() => {})
  }
  process.stderr.write('\r\x1b[K')
}

/** As in `Loading x [#######       ]  50 %`. */
export function progressLine(title: string, fraction: number): string {
  const share = Math.min(1, Math.max(0, fraction))
  const filled = Math.round(share * barWidth)
  const percent = String(Math.floor(share * 100)).padStart(3)
  return `${title} [${'#'.repeat(filled)}${' '.repeat(barWidth - filled)}] ${percent} %`
}
