import type { Download } from '../../src/api/downloads.ts'
import { LlmdError } from '../../src/errors.ts'
import type { HttpServices } from '../../src/http/services.ts'

/** Downloads that begin and never get anywhere. */
export function fakeDownloads(): HttpServices['downloads'] {
  const downloads = new Map<string, Download>()
  const get = (id: string) => {
    const download = downloads.get(id)
    if (download) return download
    throw new LlmdError('download_not_found', `There is no download ${id}.`, { hint: 'Look.' })
  }
  const become = async (id: string, state: Download['state']) => {
    const download = { ...get(id), state }
    downloads.set(id, download)
    return download
  }
  return {
    list: () => [...downloads.values()],
    get,
    async add({ source, name = 'made' }) {
      const download: Download = {
        id: `id-${name}`,
        name,
        source,
        created_at: '2026-01-01T00:00:00.000Z',
        state: 'queued',
        received_bytes: 0,
        total_bytes: 10,
        bytes_per_second: null,
        files: [{ name: 'a.gguf', path: '/a.gguf', size_bytes: 10, received_bytes: 0, sha256: null }],
        error: null,
      }
      downloads.set(download.id, download)
      return download
    },
    pause: (id) => become(id, 'paused'),
    resume: (id) => become(id, 'running'),
    async cancel(id) {
      const download = get(id)
      downloads.delete(id)
      return download
    },
  }
}
