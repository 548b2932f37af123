import { stat } from 'node:fs/promises'
import type { Download } from '../api/downloads.ts'
import type { DownloadRow, StoredDownloadFile } from '../storage/download-table.ts'
import { receivedBytes } from './partial-file.ts'
import type { Speedometer } from './speedometer.ts'

/** A download, with what is known of it beside what is stored. */
export interface Job {
  row: DownloadRow
  /** Of each file, the bytes that are there. */
  received: number[]
  /** While it runs. */
  run: Run | null
  /** Settles when what was asked of it last is done. */
  turn: Promise<unknown>
}

export interface Run {
  state: 'running' | 'verifying'
  speed: Speedometer
}

/** A job that does not run yet; what a former daemon has fetched is there. */
export async function createJob(row: DownloadRow): Promise<Job> {
  const received = await Promise.all(row.files.map(fetchedBytes))
  return { row, received, run: null, turn: Promise.resolve() }
}

async function fetchedBytes({ path, size }: StoredDownloadFile): Promise<number> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  return isThere ? size : receivedBytes(path, size)
}

export function describeJob({ row, received, run }: Job): Download {
  const { id, name, source, createdAt, files, error } = row
  return {
    id,
    name,
    source,
    created_at: createdAt,
    state: run?.state ?? row.state,
    received_bytes: sum(received),
    total_bytes: sum(files.map(({ size }) => size)),
    bytes_per_second: run?.state === 'running' ? run.speed.read() : null,
    files: files.map((file, index) => ({
      name: file.name,
      path: file.path,
      size_bytes: file.size,
      received_bytes: received[index] ?? 0,
      sha256: file.sha256,
    })),
    error,
  }
}

/** Bytes that are still to be fetched. */
export function missingBytes({ row, received }: Job): number {
  return Math.max(0, sum(row.files.map(({ size }) => size)) - sum(received))
}

/** Does it when what was asked of the job before is done. */
export function inTurn<Result>(job: Job, work: () => Promise<Result>): Promise<Result> {
  const done = job.turn.then(work)
  job.turn = done.catch(() => {})
  return done
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
