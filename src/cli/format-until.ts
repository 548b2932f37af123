import type { ModelEngine } from '../api/models.ts'
import { formatRelativeTime } from './format.ts'

/** How long a loaded model stays: `in 9 minutes`, `pinned`, `in use`, or `stays` where nothing but need ends it. */
export function formatUntil({ unload_at, pinned, slots_busy }: ModelEngine, now?: number): string {
  if (pinned) return 'pinned'
  if (unload_at !== null) return formatRelativeTime(unload_at, now)
  return slots_busy > 0 ? 'in use' : 'stays'
}
