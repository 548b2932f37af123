import { LlmdError } from '../errors.ts'
import type { DownloadRow } from '../storage/download-table.ts'

export function unknownDownload(key: string): LlmdError {
  return new LlmdError('download_not_found', `There is no download ${JSON.stringify(key)}.`, {
    hint: 'List the downloads there are with: llmd downloads',
  })
}

export function nameClaimed({ id, name, source }: DownloadRow): LlmdError {
  return new LlmdError('download_exists', `${name} is the name of the download of ${source} already.`, {
    hint: `Choose another name, or cancel that download with: llmd downloads cancel ${id}`,
    param: 'name',
  })
}

export function sameFiles({ id, name }: DownloadRow): LlmdError {
  return new LlmdError('download_exists', `This is being downloaded already, as ${name}.`, {
    hint: `See how far it is with: llmd downloads show ${id}. A second name is made with: llmd models copy`,
    param: 'source',
  })
}

export function finishedAlready({ name }: DownloadRow): LlmdError {
  return new LlmdError('invalid_request', `The download of ${name} is finished.`)
}

/** Why a run is ended. @param how Completes "the download was" */
export function stopping(how: string): LlmdError {
  return new LlmdError('request_cancelled', `The download was ${how}.`)
}
