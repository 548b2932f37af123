import type { Secret } from '../../secret.ts'
import { headersToPassOn } from './answer-headers.ts'
import { requirePlain } from './plain-body.ts'
import type { Receiver } from './receiver.ts'
import { badAnswer } from './upstream-failures.ts'
import { withoutKey } from './without-key.ts'

/** Long lists of models have a few hundred kilobytes. */
const mostBytes = 8 * 1024 ** 2

export interface WholeAnswer {
  status: number
  headers: Record<string, string>
  body: Buffer
}

/** Collects an answer, whatever its status. */
export function receiveWhole(options: { provider: string; key: Secret | null }): Receiver<WholeAnswer> {
  const { provider, key } = options
  const chunks: Buffer[] = []
  let size = 0
  let status = 0
  let headers: Record<string, string> = {}
  return {
    head(theStatus, theHeaders) {
      requirePlain(provider, theHeaders)
      status = theStatus
      headers = headersToPassOn(theHeaders)
    },
    data(chunk) {
      size += chunk.length
      if (size > mostBytes) throw badAnswer(provider, `is larger than ${mostBytes / 1024 ** 2} MB`)
      chunks.push(chunk)
      return true
    },
    // It is never left alone.
    onDrain: (callback) => callback(),
    end: () => ({ status, headers, body: withoutKey(Buffer.concat(chunks), key) }),
    broken(error) {
      throw error
    },
  }
}
