import type { AddDownload, Download } from '../../api/downloads.ts'
import type { Calls } from '../create-calls.ts'

/** Models that are fetched. */
export interface DownloadsClient {
  listDownloads(): Promise<Download[]>
  /** By its id, or the name of its model. */
  getDownload(key: string): Promise<Download>
  /** Resolves once the source was asked what it has, and the download has begun. */
  addDownload(download: AddDownload): Promise<Download>
  pauseDownload(key: string): Promise<Download>
  resumeDownload(key: string): Promise<Download>
  cancelDownload(key: string): Promise<Download>
}

export function downloadsClient({ call, list }: Calls): DownloadsClient {
  return {
    listDownloads: () => list('/downloads'),
    getDownload: (key) => call('GET', downloadPath(key)),
    addDownload: (body) => call('POST', '/downloads', { body, patient: true }),
    pauseDownload: (key) => call('POST', `${downloadPath(key)}/pause`, { patient: true }),
    resumeDownload: (key) => call('POST', `${downloadPath(key)}/resume`),
    cancelDownload: (key) => call('DELETE', downloadPath(key), { patient: true }),
  }
}

function downloadPath(key: string): string {
  return `/downloads/${encodeURIComponent(key)}`
}
