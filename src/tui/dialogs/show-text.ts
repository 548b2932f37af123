import type { Effect } from '../contract.ts'
import { span } from '../screen/span.ts'

/** Shows a text of several lines in a box. */
export function showText(title: string, text: string, { copy }: { copy?: string } = {}): Effect {
  const lines = text.split('\n').map((line) => [span(line)])
  return {
    type: 'open',
    dialog: { kind: 'text', title, lines, offset: 0, ...(copy !== undefined && { copy }) },
  }
}
