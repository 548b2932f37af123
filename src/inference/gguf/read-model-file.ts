import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { LlmdError } from '../../errors.ts'
import type { GgufSummary } from '../inference.ts'
import { invalidFile } from './invalid-file.ts'
import { readGgufHeader } from './read-gguf-header.ts'
import { summarizeGguf } from './summarize-gguf.ts'
import { validateGguf } from './validate-gguf.ts'

/**
 * Reads, checks and summarises a model file. Synchronous: for a process of its own, as a file on a slow disk
 * can take its time.
 * @throws LlmdError `model_file_not_found`, `model_file_invalid`
 */
export function readModelFile(path: string): GgufSummary {
  const fd = open(path)
  try {
    const stats = fstatSync(fd)
    if (!stats.isFile()) throw invalidFile('is not a regular file.')
    const header = readGgufHeader({ fd, size: stats.size })
    const model = validateGguf(header, stats.size)
    return summarizeGguf(header, model, { path, sizeBytes: stats.size })
  } catch (error) {
    throw readError(error)
  } finally {
    closeSync(fd)
  }
}

function open(path: string): number {
  try {
    // Non-blocking, because a named pipe without a writer would block.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    throw readError(error)
  }
}

function readError(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return error
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    return new LlmdError('model_file_not_found', 'There is no file at this path.', {
      hint: 'Check the spelling of the path; it is a path on the machine that the daemon runs on.',
    })
  }
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return invalidFile('may not be read.', 'Give the user that the daemon runs as the right to read it.')
  }
  return invalidFile(`cannot be read (${String(error.code)}).`)
}
