import { modelDenied } from './limit-refusals.ts'
import type { Principal } from './token-store.ts'

/** @throws LlmdError `permission_denied` for a model that the token may not use, whether there is one or not */
export function requireModel({ models }: Pick<Principal, 'models'>, model: string): void {
  if (models !== null && !models.has(model)) throw modelDenied(model)
}
