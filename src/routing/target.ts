import type { Backend } from '../chat/backend.ts'

/** What can answer for a name. */
export type Target =
  | { kind: 'local'; model: string; backend: Backend }
  /** `model` is the provider's own id. */
  | { kind: 'remote'; provider: string; model: string }
