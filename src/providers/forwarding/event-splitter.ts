const lineFeed = 0x0a
const carriageReturn = 0x0d

/** Cuts server-sent events out of the pieces in which they come. */
export interface EventSplitter {
  /** The events that are whole now, as they came; null where none is. */
  push(chunk: Buffer): Buffer | null
  /** What waits for the rest of its event. */
  readonly rest: Buffer
}

export function createEventSplitter(): EventSplitter {
  let held: Buffer = Buffer.alloc(0)
  let length = 0

  /** Grows by doubling, so that an event that comes byte by byte is not copied over and over. */
  const hold = (chunk: Buffer) => {
    if (length + chunk.length > held.length) {
      const larger = Buffer.allocUnsafe(Math.max(1024, 2 * (length + chunk.length)))
      held.copy(larger, 0, 0, length)
      held = larger
    }
    length += chunk.copy(held, length)
  }

  return {
    push(chunk) {
      if (length === 0) {
        const end = endOfEvents(chunk, 0)
        if (end === chunk.length) return chunk
        hold(chunk.subarray(end))
        return end === 0 ? null : chunk.subarray(0, end)
      }
      const from = Math.max(0, length - 3)
      hold(chunk)
      const end = endOfEvents(held.subarray(0, length), from)
      if (end === 0) return null
      const events = held.subarray(0, end)
      const rest = held.subarray(end, length)
      // The events belong to whoever gets them.
      held = Buffer.alloc(0)
      length = 0
      if (rest.length > 0) hold(rest)
      return events
    },
    get rest() {
      return held.subarray(0, length)
    },
  }
}

/** The place after the last blank line that ends at or after `from`; 0 where there is none. */
function endOfEvents(bytes: Buffer, from: number): number {
  let at = bytes.length - 1
  while (at >= from) {
    if (bytes[at] === lineFeed && isBlankBefore(bytes, at)) return at + 1
    at = at === 0 ? -1 : bytes.lastIndexOf(lineFeed, at - 1)
  }
  return 0
}

/** Whether the line that ends at this line feed is empty, and another ends before it. */
function isBlankBefore(bytes: Buffer, at: number): boolean {
  const before = bytes[at - 1] === carriageReturn ? at - 2 : at - 1
  return bytes[before] === lineFeed
}

/** Where the event that holds this place begins and ends, its blank line included; both in whole events. */
export function eventAround(events: Buffer, place: number): { start: number; end: number } {
  let start = events.lastIndexOf(lineFeed, place)
  while (start > 0 && !isBlankBefore(events, start)) start = events.lastIndexOf(lineFeed, start - 1)
  let end = events.indexOf(lineFeed, place)
  while (end !== -1 && !isBlankBefore(events, end)) end = events.indexOf(lineFeed, end + 1)
  return {
    start: start > 0 ? start + 1 : 0,
    end: end === -1 ? events.length : end + 1,
  }
}
