import type { Download } from '../api/downloads.ts'
import { shorten } from './display-width.ts'
import { formatBytes, formatDuration } from './format.ts'
import { safe } from './safe-text.ts'
import { progressLine } from './with-progress.ts'

/** How far a download is, with its speed and the time left, on one line of so many columns. */
export function downloadLine(download: Download, columns: number): string {
  const { name, state, received_bytes: received, total_bytes: total } = download
  const title = state === 'verifying' ? `Checking ${safe(name)}` : `Pulling ${safe(name)}`
  const line = progressLine(title, total === 0 ? 0 : received / total)
  // One column stays free: some terminals wrap a line that fills the last.
  return shorten([line, ...pace(download)].join('  '), columns - 1)
}

/** As in `35 MB/s  2 minutes left`. */
export function pace({ bytes_per_second: speed, received_bytes, total_bytes }: Download): string[] {
  if (speed === null) return []
  const left = speed === 0 ? [] : [`${formatDuration((total_bytes - received_bytes) / speed)} left`]
  return [`${formatBytes(speed)}/s`, ...left]
}
