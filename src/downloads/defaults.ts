import { LlmdError } from '../errors.ts'
import { Secret } from '../secret.ts'
import { createDiskSpace, type DiskSpace } from './disk-space.ts'
import type { FetchTuning } from './download-file.ts'

const mebibyte = 1024 * 1024

/** What stays free on the disk, for everything else that is there. */
const reserveBytes = 512 * mebibyte

/** How llmd fetches. */
export const defaultTuning: Omit<FetchTuning, 'connections'> & { space: DiskSpace } = {
  leastBytes: 4 * mebibyte,
  mostBytes: 256 * mebibyte,
  saveMs: 1000,
  // The last pauses are a minute each: about five minutes without a byte.
  policy: { attempts: 10, firstMs: 1000, longestMs: 60_000 },
  space: createDiskSpace({ reserveBytes }),
}

/**
 * The hub, as its own tools are told of it: `HF_ENDPOINT` and `HF_TOKEN`.
 * @throws LlmdError `invalid_settings`
 */
export function hubOf(env: NodeJS.ProcessEnv): { endpoint: URL; token: Secret | null } {
  const address = env['HF_ENDPOINT'] || 'https://huggingface.co'
  const endpoint = URL.canParse(address) ? new URL(address) : undefined
  const isPlain = endpoint?.username === '' && endpoint.password === '' && endpoint.search === ''
  if (!endpoint || !isPlain || !/^https?:$/.test(endpoint.protocol)) {
    throw new LlmdError('invalid_settings', 'HF_ENDPOINT in the environment is no address of a hub.', {
      hint: 'Write it as in https://huggingface.co, or leave it out.',
    })
  }
  const token = env['HF_TOKEN']?.trim()
  return { endpoint, token: token ? new Secret(token) : null }
}
