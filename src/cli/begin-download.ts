import type { AddDownload, Download } from '../api/downloads.ts'
import type { Client } from '../client/create-client.ts'
import { safe } from './safe-text.ts'
import { withSpinner } from './with-spinner.ts'

/** Asks for a download, which may take as long as its source does to say what it has. */
export function beginDownload(client: Pick<Client, 'addDownload'>, download: AddDownload): Promise<Download> {
  return withSpinner(`Asking for ${safe(download.source)}`, () => client.addDownload(download))
}
