import type { Answer, Fetcher } from './create-fetcher.ts'

/** A file that is fetched in several requests. */
export interface RemoteFile {
  /** @throws as `Fetcher.get` does */
  get(options: { headers?: Record<string, string>; signal: AbortSignal }): Promise<Answer>
}

/** Remembers where the file was found, so that the origin is not asked each time. */
export function createRemoteFile(fetcher: Fetcher, url: URL): RemoteFile {
  let found: { url: URL; linkedEtag: string | undefined } | undefined
  return {
    async get(options) {
      if (found) {
        const { linkedEtag } = found
        const answer = await fetcher.get(found.url, options)
        // An address that was signed for a while is refused afterwards.
        if (![401, 403, 404, 410].includes(answer.status)) return { ...answer, linkedEtag }
        answer.body.destroy()
        found = undefined
      }
      const answer = await fetcher.get(url, options)
      if (answer.url.href !== url.href) found = { url: answer.url, linkedEtag: answer.linkedEtag }
      return answer
    },
  }
}
