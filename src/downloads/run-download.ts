import { givenProfileSchema } from '../api/model-profile.ts'
import { modelOptionsSchema } from '../api/models.ts'
import type { Secret } from '../secret.ts'
import type { DownloadRow, StoredDownloadFile } from '../storage/download-table.ts'
import type { DiskSpace } from './disk-space.ts'
import { downloadFile, type FetchTuning } from './download-file.ts'
import type { ModelSink } from './downloads.ts'
import type { Job, Run } from './job.ts'
import { parseSource, type Source } from './parse-source.ts'
import { pageOf } from './read-hub.ts'
import { fetcherOf } from './resolve-source.ts'

export interface RunOptions extends FetchTuning {
  endpoint: URL
  token: Secret | null
  folder: string
  space: DiskSpace
  models: ModelSink
  signal: AbortSignal
  /** Makes what the row says durable. */
  store: (row: DownloadRow) => Promise<void>
  /** Bytes have come, or the state is another. */
  onProgress: (change: { stateChanged: boolean }) => void
}

/**
 * Fetches what is missing, file by file, and makes a model of it.
 * @throws LlmdError, or the reason of the signal
 */
export async function runDownload(job: Job, run: Run, options: RunOptions): Promise<void> {
  const { endpoint, token, folder, space, models, signal } = options
  const { name, source } = job.row
  const parsed = parseSource(source)
  await using fetcher = fetcherOf(parsed, { endpoint, token })
  for (const [index, file] of job.row.files.entries()) {
    const state = await downloadFile(file, {
      ...options,
      ...watch(job, run, index, options),
      fetcher,
      page: pageFor(parsed, endpoint),
      checkSpace: () => space.require(folder, 0),
    })
    changeFile(job, index, { state })
    await options.store(job.row)
  }
  signal.throwIfAborted()
  const path = job.row.files[0]?.path ?? ''
  const modelOptions = modelOptionsSchema.parse(job.row.options)
  const profile = givenProfileSchema.parse(job.row.profile)
  await models.addDownloaded({ name, source, path, options: modelOptions, profile }, signal)
}

/** Keeps the job up to date with what becomes of one of its files. */
function watch(job: Job, run: Run, index: number, { onProgress }: RunOptions) {
  const become = (state: Run['state']) => {
    const stateChanged = run.state !== state
    run.state = state
    onProgress({ stateChanged })
  }
  return {
    onReceived(received: number, news: number) {
      job.received[index] = received
      run.speed.add(news)
      become('running')
    },
    onSize: (size: number) => changeFile(job, index, { size }),
    onVerify() {
      job.received[index] = job.row.files[index]?.size ?? 0
      become('verifying')
    },
  }
}

function changeFile(job: Job, index: number, change: Partial<StoredDownloadFile>): void {
  const files = job.row.files.map((file, at) => (at === index ? { ...file, ...change } : file))
  job.row = { ...job.row, files }
}

/** What people look at to see where it comes from. A query may hold a password. */
function pageFor(source: Source, endpoint: URL): string {
  if (source.kind === 'hub') return pageOf(source.repo, endpoint)
  return `${source.url.origin}${source.url.pathname}`
}
