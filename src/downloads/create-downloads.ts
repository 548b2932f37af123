import { randomBytes } from 'node:crypto'
import type { AddDownload, Download } from '../api/downloads.ts'
import type { NewEvent } from '../api/events.ts'
import { toLlmdError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { DownloadRow, DownloadTable } from '../storage/download-table.ts'
import { defaultName } from './default-name.ts'
import type { Downloads } from './downloads.ts'
import { createQueue } from './create-queue.ts'
import { createJob, describeJob, inTurn, missingBytes, type Job } from './job.ts'
import { parseSource } from './parse-source.ts'
import { finishedAlready, nameClaimed, sameFiles, stopping, unknownDownload } from './refusals.ts'
import { removeFetched } from './remove-fetched.ts'
import { resolveSource } from './resolve-source.ts'
import { runDownload, type RunOptions } from './run-download.ts'
import { makeFolder } from './safe-path.ts'
import { createSpeedometer } from './speedometer.ts'

export interface DownloadsOptions extends Omit<RunOptions, 'store' | 'onProgress' | 'signal'> {
  table: DownloadTable
  publish: (event: NewEvent) => void
  log: Log
}

const mostRunning = 2
const progressMs = 250

/** Reads what there is to download; nothing runs until `start` or until something is asked for. */
export async function createDownloads(options: DownloadsOptions): Promise<Downloads> {
  const { table, models, folder, space, publish, log, policy, endpoint, token } = options
  const jobs = new Map<string, Job>()
  for (const row of await table.all()) jobs.set(row.id, await createJob(row))
  function find(key: string): Job {
    const job = jobs.get(key) ?? [...jobs.values()].findLast(({ row }) => row.name === key)
    if (job && jobs.has(job.row.id)) return job
    throw unknownDownload(key)
  }

  async function change(job: Job, difference: Partial<DownloadRow>): Promise<void> {
    job.row = { ...job.row, ...difference }
    await table.update(job.row)
  }

  function tellProgress(job: Job): void {
    const { id, name, state, received_bytes, total_bytes, bytes_per_second } = describeJob(job)
    const progress = { received: received_bytes, total: total_bytes, bytes_per_second }
    publish({ type: 'download.progress', download_id: id, name, state, ...progress })
  }

  async function work(job: Job, signal: AbortSignal): Promise<void> {
    let told = -Infinity
    const onProgress = ({ stateChanged }: { stateChanged: boolean }) => {
      if (!stateChanged && performance.now() - told < progressMs) return
      told = performance.now()
      tellProgress(job)
    }
    job.run = { state: 'running', speed: createSpeedometer() }
    onProgress({ stateChanged: true })
    try {
      const store = (row: DownloadRow) => table.update(row)
      await requireSpace(job)
      await runDownload(job, job.run, { ...options, store, onProgress, signal })
      job.run = null
      await finish(job)
    } catch (error) {
      job.run = null
      // Whoever aborted it says what is to become of it.
      if (!signal.aborted) await fail(job, error)
    }
  }

  const queue = createQueue({ mostRunning, work, endReason: stopping('stopped with the daemon') })

  async function requireSpace(job: Job): Promise<void> {
    await makeFolder(folder)
    const others = [...jobs.values()].filter((other) => other !== job && other.run !== null)
    const missing = [job, ...others].map(missingBytes)
    await space.require(
      folder,
      missing.reduce((sum, bytes) => sum + bytes, 0),
    )
  }

  async function finish(job: Job): Promise<void> {
    const { id, name } = job.row
    await change(job, { state: 'finished', error: null })
    publish({ type: 'download.finished', download_id: id, name })
    log.info('a model was downloaded', { download: id, model: name, bytes: describeJob(job).total_bytes })
  }

  async function fail(job: Job, error: unknown): Promise<void> {
    const { code, message, hint = null, cause } = toLlmdError(error)
    const { id, name } = job.row
    log.warn('a download failed', {
      download: id,
      model: name,
      code,
      reason: message,
      ...(cause instanceof Error && { cause: cause.message }),
    })
    await change(job, { state: 'failed', error: { code, message, hint } }).catch((failure: unknown) => {
      log.error('a failed download could not be noted', { download: id, reason: String(failure) })
    })
    publish({ type: 'download.failed', download_id: id, name, code, message })
  }

  function resume(job: Job): Promise<Download> {
    return inTurn(job, async () => {
      if (job.row.state === 'finished') return describeJob(job)
      if (job.row.state !== 'queued') {
        await change(job, { state: 'queued', error: null })
        tellProgress(job)
      }
      queue.add(job)
      return describeJob(job)
    })
  }

  /** What is not finished and was asked for in the same words. */
  function findSame({ source, name }: AddDownload): Job | undefined {
    return [...jobs.values()].find(
      ({ row }) =>
        row.state !== 'finished' && row.source === source && (name === undefined || row.name === name),
    )
  }

  function refuseClaimed(row: Pick<DownloadRow, 'name' | 'files'>): void {
    for (const { row: other } of jobs.values()) {
      if (other.state === 'finished') continue
      if (other.name === row.name) throw nameClaimed(other)
      if (other.files.some(({ path }) => row.files.some((file) => file.path === path))) throw sameFiles(other)
    }
  }

  /** What a model of this name was downloaded from before is of no interest any more. */
  async function forgetFinished(name: string): Promise<void> {
    for (const { row } of jobs.values()) {
      if (row.name !== name || row.state !== 'finished') continue
      jobs.delete(row.id)
      await table.remove(row.id)
    }
  }

  return {
    list: () => [...jobs.values()].map(describeJob),
    get: (key) => describeJob(find(key)),
    async add(wanted, signal) {
      const same = findSame(wanted)
      if (same) return resume(same)
      const { source, options: modelOptions = {}, name: _, ...profile } = wanted
      const parsed = parseSource(source)
      const name = wanted.name ?? defaultName(parsed)
      const refuse = (files: DownloadRow['files']) => {
        models.checkNew({ name, options: modelOptions, profile })
        refuseClaimed({ name, files })
      }
      refuse([])
      const files = await resolveSource(parsed, { endpoint, token, folder, policy, signal })
      const id = randomBytes(4).toString('hex')
      const createdAt = new Date().toISOString()
      const job = await createJob({
        id,
        name,
        source,
        createdAt,
        state: 'queued',
        options: modelOptions,
        profile,
        files,
        error: null,
      })
      await requireSpace(job)
      // Again, for others may have been added meanwhile.
      refuse(files)
      jobs.set(id, job)
      try {
        await table.insert(job.row)
        await forgetFinished(name)
      } catch (error) {
        jobs.delete(id)
        throw error
      }
      queue.add(job)
      return describeJob(job)
    },
    async pause(key) {
      const job = find(key)
      return inTurn(job, async () => {
        await queue.halt(job, stopping('paused'))
        if (job.row.state === 'finished') throw finishedAlready(job.row)
        if (job.row.state === 'queued') await change(job, { state: 'paused' })
        tellProgress(job)
        return describeJob(job)
      })
    },
    resume: async (key) => resume(find(key)),
    async cancel(key) {
      const job = find(key)
      return inTurn(job, async () => {
        await queue.halt(job, stopping('cancelled'))
        const { id, name, state, files } = job.row
        if (state !== 'finished') await removeFetched(files)
        await table.remove(id)
        jobs.delete(id)
        if (state !== 'finished') publish({ type: 'download.cancelled', download_id: id, name })
        return describeJob(job)
      })
    },
    start() {
      for (const job of jobs.values()) if (job.row.state === 'queued') queue.add(job)
    },
    [Symbol.asyncDispose]: () => queue[Symbol.asyncDispose](),
  }
}
