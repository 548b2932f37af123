import { statfs } from 'node:fs/promises'
import { LlmdError } from '../errors.ts'

export interface DiskSpace {
  /** @throws LlmdError `disk_full` where these bytes do not fit into the folder with the reserve besides */
  require(folder: string, bytes: number): Promise<void>
}

/** @param options.free Bytes that may still be written to a folder's disk */
export function createDiskSpace(options: {
  reserveBytes: number
  free?: (folder: string) => Promise<number>
}): DiskSpace {
  const { reserveBytes, free = freeBytes } = options
  return {
    async require(folder, bytes) {
      const available = await free(folder)
      if (available >= bytes + reserveBytes) return
      const [needed, left, spare] = [bytes, available, reserveBytes].map(megabytes)
      throw new LlmdError(
        'disk_full',
        `${folder} needs room for ${needed}, beside ${spare} that stay free, and has ${left}.`,
        { hint: 'Make room there, or choose another folder with the setting models.folder.' },
      )
    },
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000).toLocaleString('en-GB')} MB`
}
