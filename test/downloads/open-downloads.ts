import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { expect, vi } from 'vitest'
import type { Download } from '../../src/api/downloads.ts'
import type { NewEvent } from '../../src/api/events.ts'
import { createDownloads, type DownloadsOptions } from '../../src/downloads/create-downloads.ts'
import { createDiskSpace } from '../../src/downloads/disk-space.ts'
import type { Downloads, ModelSink } from '../../src/downloads/downloads.ts'
import { createLog } from '../../src/log.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createDownloadTable } from '../../src/storage/download-table.ts'

export const signal = new AbortController().signal

type Added = Parameters<ModelSink['addDownloaded']>[0]

/** Downloads over a real database below `home`, fetched in small ranges and without long pauses. */
export async function openDownloads(home: string, change: Partial<DownloadsOptions> = {}) {
  const database = await openDatabase(join(home, 'state.db'))
  const events: NewEvent[] = []
  const added: Added[] = []
  const logged: string[] = []
  const downloads: Downloads = await createDownloads({
    table: createDownloadTable(database),
    folder: join(home, 'models'),
    endpoint: new URL('http://127.0.0.1:1'),
    token: null,
    connections: 4,
    leastBytes: 64 * 1024,
    mostBytes: 1024 * 1024,
    saveMs: 20,
    policy: { attempts: 4, firstMs: 1, longestMs: 4 },
    space: createDiskSpace({ reserveBytes: 0 }),
    models: { checkNew: () => {}, addDownloaded: async (model) => void added.push(model) },
    publish: (event) => void events.push(event),
    log: createLog({ level: 'debug', write: (line) => void logged.push(line) }),
    ...change,
  })
  return {
    downloads,
    events,
    added,
    logged,
    async [Symbol.asyncDispose]() {
      await downloads[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Waits until it is in this state. */
export async function until(downloads: Downloads, id: string, state: Download['state']): Promise<Download> {
  return vi.waitFor(
    () => {
      const download = downloads.get(id)
      expect(download).toMatchObject({ state })
      return download
    },
    { timeout: 10_000, interval: 5 },
  )
}

export const someBytes = (size: number) => randomBytes(size)
