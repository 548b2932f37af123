import type { Download } from '../api/downloads.ts'
import { pace } from './download-line.ts'
import { formatBytes, formatRelativeTime } from './format.ts'
import { formatPairs } from './table.ts'

/** All there is to know of a download. */
export function formatDownload(download: Download): string {
  const { id, name, source, created_at, error, files } = download
  return formatPairs([
    ['Id', id],
    ['Model', name],
    ['Source', source],
    ['Begun', formatRelativeTime(created_at)],
    ['State', formatState(download)],
    ['Received', formatReceived(download)],
    ...files.flatMap((file): [string, string][] => [
      ['File', file.path],
      ['SHA-256', file.sha256 ?? 'none is known, so only the size is checked'],
    ]),
    ...(error ? ([['Error', error.message]] satisfies [string, string][]) : []),
    ...(error?.hint != null ? ([['Hint', error.hint]] satisfies [string, string][]) : []),
  ])
}

/** As in `running, 35 MB/s, 2 minutes left`. */
export function formatState(download: Download): string {
  return [download.state, ...pace(download)].join(', ')
}

/** As in `1.2 GB of 4.7 GB, 25 %`. */
export function formatReceived({ received_bytes, total_bytes }: Download): string {
  const percent = total_bytes === 0 ? 0 : Math.floor((received_bytes / total_bytes) * 100)
  return `${formatBytes(received_bytes)} of ${formatBytes(total_bytes)}, ${percent} %`
}
