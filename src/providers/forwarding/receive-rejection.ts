import type { IncomingHttpHeaders } from 'node:http'
import type { Secret } from '../../secret.ts'
import { headersToPassOn, readRetryAfter } from './answer-headers.ts'
import { isTooLarge } from './is-too-large.ts'
import { isPlain } from './plain-body.ts'
import type { BodyReceiver } from './receiver.ts'
import { withoutKey } from './without-key.ts'
import { badAnswer } from './upstream-failures.ts'
import type { ForwardResult } from '../upstream.ts'

const mostBytes = 1024 ** 2

/** Collects what an upstream says when it says no. However that goes on, its status is the answer. */
export function receiveRejection(options: {
  provider: string
  status: number
  headers: IncomingHttpHeaders
  key: Secret | null
}): BodyReceiver<ForwardResult> {
  const { provider, status, headers, key } = options
  const chunks: Buffer[] = []
  // Compressed text is of no use to anyone.
  let room = isPlain(headers) ? mostBytes : 0

  const result = (): ForwardResult => {
    const body = withoutKey(Buffer.concat(chunks), key)
    return {
      kind: 'rejected',
      status,
      headers: headersToPassOn(headers),
      body,
      retryAfterMs: readRetryAfter(headers, Date.now()),
      isTooLarge: isTooLarge(status, body),
    }
  }

  return {
    data(chunk) {
      chunks.push(chunk.subarray(0, room))
      if (chunk.length > room) throw badAnswer(provider, 'is too long')
      room -= chunk.length
      return true
    },
    end: result,
    broken: result,
  }
}
