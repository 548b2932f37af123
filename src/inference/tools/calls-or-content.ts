import type { OutputEvent } from './output-event.ts'
import type { OutputParser } from './tool-format.ts'

/**
 * For answers that are calls from the beginning or none at all: decides which, and has calls read by the parser. What
 * looks like a call later, as strings of JSON may, is part of the text.
 * @param marker what calls begin with; null where only the parser can tell them from other JSON
 */
export function callsOrContent(parser: OutputParser, marker: string | null): OutputParser {
  let kind: 'calls' | 'content' | undefined
  let held = ''
  /** What the parser made of what is held. */
  let events: OutputEvent[] = []

  function decide(text: string): typeof kind {
    const start = held.trimStart()
    if (marker !== null) {
      if (start.startsWith(marker)) return 'calls'
      return marker.startsWith(start) ? undefined : 'content'
    }
    if (start === '') return undefined
    if (start[0] !== '{' && start[0] !== '[') return 'content'
    events.push(...parser.push(text))
    if (events.length === 0) return undefined
    return events[0]?.type === 'tool-call-start' ? 'calls' : 'content'
  }

  return {
    push(text) {
      if (kind === 'calls') return parser.push(text)
      if (kind === 'content') return asText(text)
      const before = held
      held += text
      // White space was not handed on.
      kind = decide(before.trimStart() === '' ? held.trimStart() : text)
      if (kind === undefined) return []
      if (kind === 'content') return asText(held)
      return marker === null ? events : parser.push(held.trimStart())
    },
    end() {
      if (kind === 'content') return []
      if (kind === 'calls') return parser.end()
      events = parser.end()
      return events.some(({ type }) => type === 'tool-call-start') ? events : asText(held)
    },
  }
}

function asText(text: string): OutputEvent[] {
  return text === '' ? [] : [{ type: 'text-delta', text }]
}
