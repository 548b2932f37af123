import type { TargetHealth } from '../api/models.ts'
import { formatDuration } from './format.ts'

/** `ready`, `probing`, `cooling for 12 seconds`, or `gone` where there is nothing to be well. */
export function formatHealth(health: TargetHealth | null, now = Date.now()): string {
  if (!health) return 'gone'
  const { state, retry_at } = health
  if (state !== 'cooling' || retry_at === null) return state
  return `cooling for ${formatDuration(Math.ceil((Date.parse(retry_at) - now) / 1000))}`
}
