import type { ConfirmDialog, Effect } from '../contract.ts'

/** Asks before these effects are done. */
export function confirm(
  question: Pick<ConfirmDialog, 'title' | 'text' | 'yes'>,
  effects: readonly Effect[],
): Effect {
  return { type: 'open', dialog: { kind: 'confirm', ...question, effects } }
}
