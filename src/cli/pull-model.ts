import type { AddDownload, Download } from '../api/downloads.ts'
import type { Connection } from '../client/connect.ts'
import { beginDownload } from './begin-download.ts'
import { downloadLine } from './download-line.ts'
import { followDownload } from './follow-download.ts'
import { interruptSignal } from './interrupt-signal.ts'
import { safe } from './safe-text.ts'

/**
 * Downloads a model and shows on a terminal how far it is, on stderr. Ctrl-C leaves the download to the daemon.
 * @throws LlmdError what it failed of; ExitError after Ctrl-C
 */
export async function pullModel(
  { client, mode }: Connection,
  download: AddDownload,
  terminal: { isTTY?: boolean; columns?: number; write(text: string): unknown } = process.stderr,
): Promise<Download> {
  const begun = await beginDownload(client, download)
  const signal = interruptSignal()
  const show = (line: string) => terminal.isTTY && terminal.write(`\r\x1b[K${line}`)
  try {
    return await followDownload(client, begun.id, {
      signal,
      onChange: (now) => void show(downloadLine(now, terminal.columns || 80)),
    })
  } finally {
    show('')
    if (signal.aborted) terminal.write(`${safe(farewell(begun, mode))}\n`)
  }
}

function farewell({ id, name }: Download, mode: Connection['mode']): string {
  if (mode === 'in-process') {
    return `What is there of ${name} is kept. The same command goes on with it, and so does a daemon: llmd start`
  }
  return `${name} goes on in the daemon. See it: llmd downloads show ${id}  End it: llmd downloads cancel ${id}`
}
