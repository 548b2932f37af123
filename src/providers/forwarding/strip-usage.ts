import type { ChatUsage } from '../../chat/usage.ts'
import type { Edit } from './edit-bytes.ts'
import { eventAround } from './event-splitter.ts'
import { comma, findKey, isSpace, openBrace, valueAfter } from './json-bytes.ts'
import { followLines } from './line-nesting.ts'
import { toUsage } from './read-usage.ts'

const usageKey = Buffer.from('"usage"')
const nothing = Buffer.alloc(0)

/**
 * What takes out of whole events that which came only because llmd asked for usage: `"usage": null` in each chunk, and
 * the chunk at the end that has nothing but usage.
 */
export function strippingsOfUsage(events: Buffer): { edits: Edit[]; usage: ChatUsage | null } {
  const edits: Edit[] = []
  let usage: ChatUsage | null = null
  const placeOf = followLines(events)
  // Up to here events were judged as a whole.
  let judged = 0
  let at = findKey(events, usageKey, 0)
  while (at !== -1) {
    const value = valueAfter(events, at + usageKey.length)
    let end = at + 1
    if (isNull(events, value)) {
      if (placeOf(at).nesting.depth === 1) edits.push(removal(events, at, value + 4))
    } else if (events[value] === openBrace && at >= judged) {
      const event = eventAround(events, at)
      const found = usageAlone(events, at)
      judged = event.end
      if (found) {
        usage = found
        edits.push({ ...event, bytes: nothing })
        end = event.end
      }
    }
    at = findKey(events, usageKey, end)
  }
  return { edits, usage }
}

function isNull(events: Buffer, at: number): boolean {
  return events[at] === 0x6e && events.toString('latin1', at, at + 4) === 'null'
}

/** The member with the comma before it, or after it where it is the first. */
function removal(events: Buffer, at: number, end: number): Edit {
  let before = at - 1
  while (isSpace(events[before])) before -= 1
  if (events[before] === comma) return { start: before, end, bytes: nothing }
  let after = end
  while (isSpace(events[after])) after += 1
  return { start: at, end: events[after] === comma ? after + 1 : end, bytes: nothing }
}

/** The usage of a chunk that has no choices. */
function usageAlone(events: Buffer, at: number): ChatUsage | null {
  const start = events.indexOf(openBrace, lineStart(events, at))
  const lineEnd = events.indexOf(0x0a, at)
  try {
    const chunk: unknown = JSON.parse(
      events.toString('utf8', start, lineEnd === -1 ? events.length : lineEnd),
    )
    if (typeof chunk !== 'object' || chunk === null || !('choices' in chunk) || !('usage' in chunk))
      return null
    return Array.isArray(chunk.choices) && chunk.choices.length === 0 ? toUsage(chunk.usage) : null
  } catch {
    return null
  }
}

function lineStart(events: Buffer, at: number): number {
  return events.lastIndexOf(0x0a, at) + 1
}
