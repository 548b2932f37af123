import { z } from 'zod'
import { badAnswer, brokenOff, networkFailure, statusFailure } from './failures.ts'
import type { RepoFile } from './choose-files.ts'
import type { Answer, Fetcher } from './create-fetcher.ts'

const mostBytes = 16 * 1024 * 1024
const mostPages = 100

const revisionSchema = z.object({ sha: z.string().regex(/^[0-9a-f]{40,64}$/) })

const treeSchema = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: z.int().min(0).default(0),
    lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().min(0) }).nullish(),
  }),
)

export interface Hub {
  fetcher: Fetcher
  /** As in `https://huggingface.co`. */
  endpoint: URL
  signal: AbortSignal
}

/**
 * All files of a repository at its newest commit, which stays what it is whatever is changed later.
 * @throws LlmdError, TransientFailure
 */
export async function readRepository(repo: string, hub: Hub): Promise<{ commit: string; files: RepoFile[] }> {
  const page = pageOf(repo, hub.endpoint)
  const { value: revision } = await readJson(hubUrl(hub.endpoint, `api/models/${repo}/revision/main`), {
    ...hub,
    page,
    schema: revisionSchema,
  })
  const commit = revision.sha
  const files: RepoFile[] = []
  let next: URL | undefined = hubUrl(hub.endpoint, `api/models/${repo}/tree/${commit}?recursive=true`)
  for (let pages = 0; next && pages < mostPages; pages++) {
    const { value: entries, link } = await readJson(next, { ...hub, page, schema: treeSchema })
    for (const { type, path, size, lfs } of entries) {
      if (type === 'file') files.push({ path, size: lfs?.size ?? size, sha256: lfs?.oid ?? null })
    }
    next = nextPage(link, next)
  }
  return { commit, files }
}

export function fileUrl(endpoint: URL, repo: string, commit: string, path: string): URL {
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  return hubUrl(endpoint, `${repo}/resolve/${commit}/${encoded}`)
}

/** What people look at to see a repository, or to accept its terms. */
export function pageOf(repo: string, endpoint: URL): string {
  return hubUrl(endpoint, repo).href
}

function hubUrl(endpoint: URL, path: string): URL {
  return new URL(`${endpoint.href.replace(/\/+$/, '')}/${path}`)
}

function nextPage(link: string | undefined, url: URL): URL | undefined {
  const [, target] = /<([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? '') ?? []
  return target !== undefined && URL.canParse(target, url.href) ? new URL(target, url) : undefined
}

async function readJson<Schema extends z.ZodType>(
  url: URL,
  options: Hub & { page: string; schema: Schema },
): Promise<{ value: z.output<Schema>; link: string | undefined }> {
  const { fetcher, signal, page, schema } = options
  const answer = await fetcher.get(url, { signal, headers: { accept: 'application/json' } })
  if (answer.status !== 200) {
    answer.body.destroy()
    throw statusFailure(
      {
        status: answer.status,
        errorCode: answer.header('x-error-code'),
        retryAfter: answer.header('retry-after'),
      },
      { host: url.host, page },
    )
  }
  const parsed = schema.safeParse(parse(await readText(answer, signal), url.host))
  if (!parsed.success) throw badAnswer(url.host, 'is not what the hub answers')
  return { value: parsed.data, link: answer.header('link') }
}

async function readText({ body, url }: Answer, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      const buffer = Buffer.from(chunk)
      bytes += buffer.length
      if (bytes > mostBytes) throw badAnswer(url.host, 'is too long')
      chunks.push(buffer)
    }
  } catch (error) {
    signal.throwIfAborted()
    throw bytes > 0 && bytes <= mostBytes ? brokenOff(url.host) : networkFailure(url.host, error)
  }
  return Buffer.concat(chunks).toString()
}

function parse(text: string, host: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw badAnswer(host, 'is no JSON')
  }
}
