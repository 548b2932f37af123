import type { TargetHealth } from '../../api/models.ts'
import { shortDuration } from '../app/short-duration.ts'
import type { CellText } from '../draw/table.ts'

/** How a provider or a target does; one that is gone has no health. */
export function describeHealth(health: TargetHealth | null, now: number): CellText {
  if (!health) return { text: '✗ gone', style: 'bad' }
  const { state, retry_at } = health
  if (state === 'ready') return { text: '● ready', style: 'good' }
  if (state === 'probing' || retry_at === null) return { text: `○ ${state}`, style: 'warn' }
  return { text: `○ cooling ${shortDuration((Date.parse(retry_at) - now) / 1000)}`, style: 'bad' }
}
