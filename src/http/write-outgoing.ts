import type { ServerResponse } from 'node:http'
import { LlmdError } from '../errors.ts'
import type { AnswerSink } from '../providers/upstream.ts'
import type { OpenRequest } from './track-requests.ts'

/**
 * Writes a forwarded answer straight to the connection. A client that stops reading for long is cut off.
 * @param options.headers of every answer, beside the upstream's own
 * @param options.lastWords of a stream that broke off, as server-sent events; undefined for an answer that is no stream
 */
export function writeOutgoing(options: {
  outgoing: ServerResponse
  headers: () => Record<string, string>
  lastWords: ((error: LlmdError) => string) | undefined
  request: OpenRequest
}): AnswerSink {
  const { outgoing, lastWords, request } = options
  let isWatched = false

  const cut = () => {
    request.abort(new LlmdError('client_stalled', `Nothing was read for ${request.stallMs / 1000} s.`))
    outgoing.destroy()
  }

  /** By the connection's own clock, which goes by the bytes that get out: a slow reader is no stalled one. */
  const watch = () => {
    if (!isWatched) outgoing.on('timeout', cut)
    isWatched = true
    outgoing.setTimeout(request.stallMs)
  }

  return {
    head(status, headers) {
      outgoing.writeHead(status, { ...headers, ...options.headers() })
    },
    write(chunk) {
      const goOn = outgoing.write(chunk)
      if (!goOn) watch()
      return goOn
    },
    onDrain(callback) {
      outgoing.once('drain', () => {
        outgoing.setTimeout(0)
        callback()
      })
    },
    end() {
      outgoing.end()
    },
    abandoned: (usage) => request.use(usage),
    fail(error) {
      // Elsewhere than in a stream there is no place for words, but a connection that is cut tells enough.
      if (lastWords && !outgoing.destroyed) outgoing.end(lastWords(error))
      else outgoing.destroy()
    },
  }
}
