import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Secret } from '../secret.ts'
import type { StoredDownloadFile } from '../storage/download-table.ts'
import { chooseFiles } from './choose-files.ts'
import { createFetcher, type Fetcher } from './create-fetcher.ts'
import { badAnswer, statusFailure } from './failures.ts'
import type { HubSource, Source, UrlSource } from './parse-source.ts'
import { fileUrl, readRepository } from './read-hub.ts'
import { withRetries, type RetryPolicy } from './retries.ts'
import { fileNameOf, isSafePath } from './safe-path.ts'

export interface ResolveOptions {
  /** As in `https://huggingface.co`. */
  endpoint: URL
  token: Secret | null
  /** Where models go. */
  folder: string
  policy: RetryPolicy
  signal: AbortSignal
}

type RemoteFile = Omit<StoredDownloadFile, 'path' | 'state'>

/** Who is asked for a source: with the hub's token, if it is the hub. */
export function fetcherOf(
  source: Source,
  { endpoint, token }: Pick<ResolveOptions, 'endpoint' | 'token'>,
): Fetcher {
  return source.kind === 'hub'
    ? createFetcher({ origin: endpoint, token })
    : createFetcher({ origin: source.url, token: null })
}

/**
 * Finds out which files a source stands for, and where they go: into a folder named for what is in them, so that
 * nothing that is there is ever replaced.
 * @throws LlmdError what the source refused, or `source_not_found`
 */
export async function resolveSource(source: Source, options: ResolveOptions): Promise<StoredDownloadFile[]> {
  await using fetcher = fetcherOf(source, options)
  const { policy, signal } = options
  const { place, files } = await withRetries(
    () =>
      source.kind === 'hub'
        ? resolveHub(source, { ...options, fetcher })
        : resolveUrl(source, { ...options, fetcher }),
    { policy, signal },
  )
  const contents = files.map(({ name, size, sha256, url }) => [name, size, sha256 ?? url])
  const key = createHash('sha256').update(JSON.stringify(contents)).digest('hex').slice(0, 12)
  return files.map(({ name, url, size, sha256, pinned }) => {
    const path = join(options.folder, ...place, key, ...name.split('/'))
    return { name, url, path, size, sha256, pinned, state: 'missing' }
  })
}

interface Found {
  /** Names of folders. */
  place: string[]
  files: RemoteFile[]
}

async function resolveHub(
  { repo, quantization, file }: HubSource,
  { endpoint, fetcher, signal }: ResolveOptions & { fetcher: Fetcher },
): Promise<Found> {
  const { commit, files } = await readRepository(repo, { endpoint, fetcher, signal })
  const safe = files.filter(({ path, size }) => isSafePath(path) && size > 0)
  const chosen = chooseFiles(safe, { repo, quantization, file })
  return {
    place: repo.split('/'),
    files: chosen.map(({ path, size, sha256 }) => ({
      name: path,
      url: fileUrl(endpoint, repo, commit, path).href,
      size,
      sha256,
      pinned: true,
    })),
  }
}

async function resolveUrl(
  { url, sha256 }: UrlSource,
  { fetcher, signal }: ResolveOptions & { fetcher: Fetcher },
): Promise<Found> {
  const answer = await fetcher.get(url, { signal, headers: { range: 'bytes=0-0' } })
  answer.body.destroy()
  if (answer.status !== 200 && answer.status !== 206) {
    throw statusFailure(
      { status: answer.status, errorCode: undefined, retryAfter: answer.header('retry-after') },
      { host: url.host, page: `${url.origin}${url.pathname}` },
    )
  }
  const told =
    answer.status === 206
      ? /^bytes 0-0\/(\d+)$/.exec(answer.header('content-range') ?? '')?.[1]
      : answer.header('content-length')
  const size = Number(told ?? 0)
  if (!Number.isSafeInteger(size) || size < 1) throw badAnswer(url.host, 'does not say how large the file is')
  const file = { name: fileNameOf(url), url: url.href, size, sha256: sha256 ?? null, pinned: false }
  return { place: [url.hostname.replaceAll(/[^A-Za-z0-9.-]/g, '_')], files: [file] }
}
