/**
 * Finds stop strings in a text that comes in pieces. The first that is complete ends the text, however it is split;
 * nothing of it gets out, not even partly.
 */
export interface StopMatcher {
  /** The text that is safe to show now; `stopped` when a stop string came, and then nothing follows. */
  push(text: string): { text: string; stopped: boolean }
  /** The answer ended by itself: what was held back as a possible beginning of a stop string. */
  end(): string
}

export function createStopMatcher(stops: readonly string[]): StopMatcher {
  const wanted = stops.filter((stop) => stop.length > 0)
  let held = ''
  return {
    push(text) {
      if (wanted.length === 0) return { text, stopped: false }
      held += text
      const found = firstComplete(held, wanted)
      if (found !== -1) {
        const before = held.slice(0, found)
        held = ''
        return { text: before, stopped: true }
      }
      const keep = longestPartial(held, wanted)
      const safe = held.slice(0, held.length - keep)
      held = held.slice(held.length - keep)
      return { text: safe, stopped: false }
    },
    end() {
      const rest = held
      held = ''
      return rest
    },
  }
}

/** Where the stop string begins that is complete first; the longest of those that end there. */
function firstComplete(text: string, stops: readonly string[]): number {
  let first: { start: number; end: number } | undefined
  for (const stop of stops) {
    const start = text.indexOf(stop)
    if (start === -1) continue
    const end = start + stop.length
    if (!first || end < first.end || (end === first.end && start < first.start)) first = { start, end }
  }
  return first?.start ?? -1
}

/** Length of the longest end of `text` that begins a stop string. */
function longestPartial(text: string, stops: readonly string[]): number {
  let longest = 0
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(stop.slice(0, length))) {
        longest = length
        break
      }
    }
  }
  return longest
}
