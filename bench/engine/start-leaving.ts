import { streamCompletion, type CompletionOptions, type CompletionServer } from './stream-completion.ts'

/** A request whose client leaves before it is answered to the end. */
export interface LeavingClient {
  /** Rejects when the answer ended first or failed: then nothing was measured. */
  failed: Promise<never>
  /** Drops the connection. */
  leave(): Promise<void>
}

export function startLeaving(
  server: CompletionServer,
  options: Omit<CompletionOptions, 'signal'>,
): LeavingClient {
  const leaving = new AbortController()
  const ended = streamCompletion(server, { ...options, signal: leaving.signal }).then(
    () => new Error('the answer ended before its client left'),
    (error: unknown) => (leaving.signal.aborted ? undefined : error),
  )
  const failed = Promise.withResolvers<never>()
  void ended.then((error) => error && failed.reject(error))
  failed.promise.catch(() => {})
  return {
    failed: failed.promise,
    async leave() {
      leaving.abort()
      const error = await ended
      if (error) throw error
    },
  }
}
