import type { Readable } from 'node:stream'
import type { Secret } from '../../secret.ts'
import { networkFailure } from '../failures.ts'

/** Enough for any error, and for a page of HTML. */
const mostRefusalBytes = 64 * 1024

/** As it comes. Giving it up ends the server's work. @throws LlmdError, or the signal's reason */
export async function* readBody(
  body: Readable,
  { server, signal }: { server: string; signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  try {
    yield* body as AsyncIterable<Uint8Array>
  } catch (error) {
    signal.throwIfAborted()
    throw networkFailure(server, error, true)
  }
}

/** What a server says when it says no, without the key, should it repeat that; no more of it than an error has. */
export async function readRefusal(body: Readable, key: Secret | null): Promise<AsyncIterable<Uint8Array>> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk)
      size += chunk.length
      if (size > mostRefusalBytes) break
    }
  } catch {
    // However it goes on, its status is the answer.
  }
  const text = Buffer.concat(chunks).toString('latin1')
  // Before anything is cut off: a part of a key is one too many.
  const told = key === null ? text : text.replaceAll(key.reveal(), '[secret]')
  return only(Buffer.from(told, 'latin1').subarray(0, mostRefusalBytes))
}

async function* only(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk
}
