import type { Backend } from '../chat/backend.ts'
import type { RequestDefaults } from '../chat/request-defaults.ts'

/** What can answer for a name. `defaults` is absent where there are none. */
export type Target = { defaults?: RequestDefaults } & (
  | { kind: 'local'; model: string; backend: Backend }
  /** `model` is the provider's own id. */
  | { kind: 'remote'; provider: string; model: string }
)

/** Tells targets apart: `PROVIDER/MODEL`, or `local:NAME`. No provider's name holds a colon. */
export function targetKey(
  target: { kind: 'local'; model: string } | { kind: 'remote'; provider: string; model: string },
): string {
  return target.kind === 'local' ? `local:${target.model}` : `${target.provider}/${target.model}`
}
