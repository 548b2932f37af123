import { LlmdError } from '../errors.ts'
import type { Exchange } from './arrival.ts'
import type { HttpContext } from './http-env.ts'

/** The bytes of the body, never more than `maxBytes` of them. @throws LlmdError `request_too_large` */
export function readBody(c: HttpContext, maxBytes: number): Promise<Buffer> {
  if (Number(c.req.header('content-length')) > maxBytes) return Promise.reject(tooLarge(maxBytes))
  const exchange = c.env.arrival.via === 'in-process' ? undefined : c.env.arrival.exchange
  return exchange ? readIncoming(exchange, maxBytes) : readRequest(c.req.raw, maxBytes)
}

function readIncoming({ incoming }: Exchange, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) chunks.push(chunk)
      else {
        // What is still to come is read and thrown away, so that the client can read the answer.
        chunks.length = 0
        reject(tooLarge(maxBytes))
      }
    })
    incoming.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)))
    // What came before does not matter any more, nor who hears of it.
    incoming.once('error', () => reject(new LlmdError('invalid_request', 'The body broke off.')))
  })
}

async function readRequest(request: Request, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

function tooLarge(maxBytes: number): LlmdError {
  return new LlmdError('request_too_large', `The body is larger than ${maxBytes} bytes.`, {
    hint: 'server.maxBodyBytes in the settings sets the limit.',
  })
}
