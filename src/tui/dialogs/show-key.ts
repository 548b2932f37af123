import type { CreatedToken } from '../../api/tokens.ts'
import type { Effect } from '../contract.ts'
import { span } from '../screen/span.ts'

/** Shows the key of a token, which nothing ever shows again. */
export function showKey({ name, key }: CreatedToken): Effect {
  const lines = [
    [span('Keep this key now: it is never shown again.', 'warn')],
    [],
    [span(key, 'accent')],
    [],
    [span('c copies it, where the terminal lets programs do so.', 'muted')],
    [span('The mouse selects it with Shift held down.', 'muted')],
  ]
  return {
    type: 'open',
    dialog: { kind: 'text', title: `The key of ${name}`, lines, offset: 0, copy: key, once: true },
  }
}
