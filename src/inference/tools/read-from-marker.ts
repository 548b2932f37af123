import type { OutputEvent } from './output-event.ts'
import type { OutputParser } from './tool-format.ts'

/**
 * Takes an answer for text up to the marker, and has the rest read by the parser. What looks like a call before it is
 * none: no grammar has held it to anything. White space before the marker is left out.
 */
export function readFromMarker(parser: OutputParser, marker: string): OutputParser {
  let begun = false
  let held = ''
  return {
    push(text) {
      if (begun) return parser.push(text)
      held += text
      const position = held.indexOf(marker)
      if (position !== -1) {
        begun = true
        return [...asText(held.slice(0, position).trimEnd()), ...parser.push(held.slice(position))]
      }
      const safe = held.slice(0, held.length - beginningAtEnd(held, marker)).trimEnd()
      held = held.slice(safe.length)
      return asText(safe)
    },
    end: () => (begun ? parser.end() : asText(held)),
  }
}

function asText(text: string): OutputEvent[] {
  return text === '' ? [] : [{ type: 'text-delta', text }]
}

/** Length of the longest beginning of the marker that the text ends with. */
function beginningAtEnd(text: string, marker: string): number {
  let length = Math.min(text.length, marker.length - 1)
  while (!text.endsWith(marker.slice(0, length))) length--
  return length
}
