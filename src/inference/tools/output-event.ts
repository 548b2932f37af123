/**
 * What a model's raw output means, piece by piece.
 *
 * `index` counts the calls of one answer from 0, in order. `id` is `call_` and 24 letters or digits. The
 * `arguments` of a call's deltas join to the text of one JSON object, complete when `tool-call-end` comes; a call
 * without an end was cut off or went wrong, and its arguments stand as far as they came.
 */
export type OutputEvent =
  | { type: 'text-delta'; text: string }
  | { type: 'reasoning-delta'; text: string }
  | { type: 'tool-call-start'; index: number; id: string; name: string }
  | { type: 'tool-call-delta'; index: number; arguments: string }
  | { type: 'tool-call-end'; index: number }
