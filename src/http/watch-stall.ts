import type { ServerResponse } from 'node:http'

export interface StallWatch {
  /** Something waits to be read. */
  start(): void
  /** All of it is on its way. */
  stop(): void
}

/** How often is looked within the time: so much of it late at most a client is found to have stalled. */
const looks = 6

/**
 * Tells when nothing of what waits has gone out for `stallMs`. It goes by the connection's own clock, which starts anew
 * whenever bytes got out: a slow reader is no stalled one.
 */
export function watchStall(
  outgoing: ServerResponse,
  { stallMs, onStall }: { stallMs: number; onStall: () => void },
): StallWatch {
  const tickMs = Math.ceil(stallMs / looks)
  let isListening = false
  let stillFrom = 0
  let lookedAt = 0

  const look = () => {
    const now = performance.now()
    // That clock keeps still about a look at which it finds that bytes got out since the one before.
    if (now - lookedAt > 1.5 * tickMs) stillFrom = now - tickMs
    lookedAt = now
    if (now - stillFrom >= stallMs - 1) onStall()
    else outgoing.setTimeout(tickMs)
  }

  return {
    start() {
      if (!isListening) outgoing.on('timeout', look)
      isListening = true
      lookedAt = 0
      outgoing.setTimeout(tickMs)
    },
    stop: () => void outgoing.setTimeout(0),
  }
}
