import { LlmdError } from '../errors.ts'
import type { HttpContext } from './http-env.ts'

/** No honest request nests deeper, and recursive code must not meet one that does. */
const deepest = 128

/**
 * The body as JSON, whatever its Content-Type says: `curl -d` calls it a form. Never holds more than `maxBytes`.
 * @throws LlmdError `request_too_large`, `invalid_json`, `invalid_request`
 */
export async function readJson(c: HttpContext, { maxBytes }: { maxBytes: number }): Promise<unknown> {
  const body = parse(await readBody(c.req.raw, maxBytes))
  if (!isDeeperThan(deepest, body)) return body
  throw new LlmdError('invalid_request', `The body is nested deeper than ${deepest} levels.`)
}

async function readBody(request: Request, maxBytes: number): Promise<Buffer> {
  const tooLarge = () =>
    new LlmdError('request_too_large', `The body is larger than ${maxBytes} bytes.`, {
      hint: 'server.maxBodyBytes in the settings sets the limit.',
    })
  if (Number(request.headers.get('content-length')) > maxBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // What the parser says quotes the body.
    throw new LlmdError('invalid_json', 'The body is not valid JSON in UTF-8.')
  }
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner))
}
