import type { IncomingHttpHeaders } from 'node:http'
import type { UpstreamConnection } from '../connection.ts'
import { headersToPassOn } from './answer-headers.ts'
import { requirePlain } from './plain-body.ts'
import { receiveEvents } from './receive-events.ts'
import { receiveJson } from './receive-json.ts'
import { receiveRejection } from './receive-rejection.ts'
import type { BodyReceiver, Receiver } from './receiver.ts'
import { quoteName } from './rename-model.ts'
import { streamEndOf } from './stream-end.ts'
import { badAnswer, refusedByProxy, refusedKey } from './upstream-failures.ts'
import type { AnswerSink, ForwardRequest, ForwardResult } from '../upstream.ts'

const eventsType = /^\s*text\/event-stream\s*(?:;|$)/i
const jsonType = /^\s*application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i

/** Takes the answer to a forwarded request, and hands it to the sink if it is one. */
export function receiveAnswer(options: {
  connection: UpstreamConnection
  request: ForwardRequest
  sink: AnswerSink
  stripUsage: boolean
  preludeMs: number
}): Receiver<ForwardResult> {
  const { connection, request, sink, stripUsage, preludeMs } = options
  const { provider, key } = connection
  const startedAt = performance.now()
  let firstByteAt = 0
  let body: BodyReceiver<ForwardResult> | null = null
  const firstByteMs = () => (firstByteAt === 0 ? performance.now() : firstByteAt) - startedAt

  return {
    head(status, headers) {
      if (status === 401) throw refusedKey(provider)
      if (status === 407) throw refusedByProxy(provider)
      if (status >= 600) throw badAnswer(provider, 'has a status that there is not')
      if (status >= 400) {
        body = receiveRejection({ provider, status, headers, key })
        return
      }
      if (status >= 300) throw badAnswer(provider, 'is a redirect, which is not followed')
      requirePlain(provider, headers)
      requireType(provider, headers, request.stream)
      const common = {
        provider,
        sink,
        status,
        headers: headersToPassOn(headers),
        name: quoteName(request.clientModel),
        firstByteMs,
      }
      body = request.stream
        ? receiveEvents({ ...common, stripUsage, preludeMs, end: streamEndOf(request.path) })
        : receiveJson(common)
    },
    data(chunk) {
      if (firstByteAt === 0) firstByteAt = performance.now()
      return body?.data(chunk) ?? true
    },
    onDrain: (callback) => sink.onDrain(callback),
    end() {
      if (!body) throw badAnswer(provider, 'is empty')
      return body.end()
    },
    abandoned: () => body?.abandoned?.(),
    broken(error) {
      if (!body) throw error
      return body.broken(error)
    },
  }
}

function requireType(provider: string, headers: IncomingHttpHeaders, stream: boolean): void {
  const right = stream ? eventsType : jsonType
  if (right.test(headers['content-type'] ?? '')) return
  throw badAnswer(provider, stream ? 'is not a stream of events' : 'is not JSON')
}
