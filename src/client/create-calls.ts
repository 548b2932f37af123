import { LlmdError } from '../errors.ts'
import { readError } from './read-error.ts'
import type { Transport, TransportRequest } from './transport.ts'

interface CallOptions {
  body?: unknown
  /** For what may take its time: loading a model, reading a file. The rest is answered within half a minute. */
  patient?: boolean
}

/**
 * The ways to ask a daemon. All throw `daemon_unreachable`, and all but `statusOf` the LlmdError that it answered with.
 */
export interface Calls {
  /** The status of what it answers to GET, within half a minute. */
  statusOf: (path: string) => Promise<number>
  /** The JSON that it answers. */
  send: <Answer>(request: TransportRequest) => Promise<Answer>
  /** The JSON that the admin API answers; the path is within it. */
  call: <Answer>(method: TransportRequest['method'], path: string, options?: CallOptions) => Promise<Answer>
  /** The `data` of a list of the admin API. */
  list: <Item>(path: string, options?: CallOptions) => Promise<Item[]>
  /** An answer that is read as it comes; an aborted signal ends it and its reason is thrown. */
  stream: <Item>(
    request: TransportRequest,
    read: (body: AsyncIterable<Uint8Array>) => AsyncIterable<Item>,
  ) => AsyncGenerator<Item>
}

/** For what a healthy daemon answers at once. */
const promptAnswerMs = 30_000

export function createCalls(transport: Transport): Calls {
  const send = async (request: TransportRequest) => {
    const response = await transport(request)
    const text = await readText(response.body)
    if (response.status >= 400) throw readError({ ...response, text })
    return parseAnswer(text)
  }
  const call: Calls['call'] = (method, path, { body, patient = false } = {}) =>
    send({
      method,
      path: `/llmd/v1${path}`,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(!patient && { signal: AbortSignal.timeout(promptAnswerMs) }),
    })

  return {
    async statusOf(path) {
      const { status, body } = await transport({
        method: 'GET',
        path,
        signal: AbortSignal.timeout(promptAnswerMs),
      })
      await readText(body)
      return status
    },
    send,
    call,
    list: async <Item>(path: string, options?: CallOptions) =>
      (await call<{ data: Item[] }>('GET', path, options)).data,
    async *stream(request, read) {
      try {
        const response = await transport(request)
        if (response.status >= 400) throw readError({ ...response, text: await readText(response.body) })
        yield* read(response.body)
        request.signal?.throwIfAborted()
      } catch (error) {
        // However the abort surfaced, its reason is what ended the stream.
        request.signal?.throwIfAborted()
        throw error
      }
    },
  }
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function parseAnswer(text: string) {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new LlmdError('daemon_unreachable', 'What answers there is not llmd: it sent no JSON.', {
      hint: 'Check the address given by --host or LLMD_HOST.',
      cause: error,
    })
  }
}
