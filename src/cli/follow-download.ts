import type { Download } from '../api/downloads.ts'
import type { Client } from '../client/create-client.ts'
import { fromWireError } from '../client/read-error.ts'
import { LlmdError } from '../errors.ts'

/**
 * Waits until a download is finished.
 * @throws LlmdError what it failed of; `request_cancelled` where somebody paused or cancelled it; the reason of the
 *   signal, with the download going on
 */
export async function followDownload(
  client: Pick<Client, 'events' | 'getDownload'>,
  id: string,
  { signal, onChange }: { signal: AbortSignal; onChange: (download: Download) => void },
): Promise<Download> {
  const types = ['download.progress', 'download.finished', 'download.failed', 'download.cancelled'] as const
  for await (const event of client.events({ types, signal })) {
    if ('download_id' in event && event.download_id !== id) continue
    if (event.type === 'download.cancelled') throw ended(id, 'cancelled')
    const download = await client.getDownload(id)
    if (download.state === 'finished') return download
    if (download.state === 'paused') throw ended(id, 'paused')
    if (download.state === 'failed') throw fromWireError(download.error ?? {})
    onChange(download)
  }
  throw new LlmdError('daemon_unreachable', 'The daemon has ended.', {
    hint: 'The download goes on when it is started again.',
  })
}

function ended(id: string, how: 'paused' | 'cancelled'): LlmdError {
  return new LlmdError(
    'request_cancelled',
    `The download was ${how}.`,
    how === 'paused' ? { hint: `Go on with it: llmd downloads resume ${id}` } : {},
  )
}
