import { LlmdError } from '../errors.ts'
import type { HttpContext } from './http-env.ts'

/** No honest request nests deeper, and recursive code must not meet one that does. */
const deepest = 128

/** No honest request has as many: a million of them take seconds to read, and everyone waits meanwhile. */
const mostMembers = 100_000

const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace, colon] = Buffer.from('"\\[]{}:')

/**
 * The body as JSON, whatever its Content-Type says: `curl -d` calls it a form. Never holds more than `maxBytes`.
 * @throws LlmdError `request_too_large`, `invalid_json`, `invalid_request`
 */
export async function readJson(c: HttpContext, { maxBytes }: { maxBytes: number }): Promise<unknown> {
  const bytes = await readBody(c.req.raw, maxBytes)
  const { isTooDeep, members } = measure(bytes)
  if (isTooDeep) throw new LlmdError('invalid_request', `The body is nested deeper than ${deepest} levels.`)
  if (members > mostMembers) {
    throw new LlmdError(
      'invalid_request',
      `The body has ${members} members; at most ${mostMembers} are read.`,
    )
  }
  return parse(bytes)
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

/**
 * Looks at the brackets and colons outside of strings, before anything is parsed: a body of brackets alone becomes forty times
 * its size, and takes seconds. What is not JSON gets some answer; the parser refuses it.
 */
function measure(bytes: Buffer): { isTooDeep: boolean; members: number } {
  let depth = 0
  let members = 0
  let inString = false
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]
    if (byte === quote) inString = !inString
    else if (inString) index += byte === backslash ? 1 : 0
    else if (byte === openBracket || byte === openBrace) depth += 1
    else if (byte === closeBracket || byte === closeBrace) depth -= 1
    else if (byte === colon) members += 1
    if (depth > deepest) return { isTooDeep: true, members }
  }
  return { isTooDeep: false, members }
}
