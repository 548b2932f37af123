import { isUtf8 } from 'node:buffer'
import { LlmdError } from '../errors.ts'
import type { HttpContext } from './http-env.ts'
import { readBody } from './read-body.ts'

/** No honest request nests deeper, and recursive code must not meet one that does. */
const deepest = 128

/**
 * No honest request has as many members, or as many objects and arrays: a million of them take seconds to read, and
 * everyone waits meanwhile.
 */
const mostOfAKind = 100_000

const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace, colon] = Buffer.from('"\\[]{}:')

/** Some editors and shells put it first. */
const byteOrderMark = Buffer.from('\ufeff')

/**
 * The body as JSON, whatever its Content-Type says: `curl -d` calls it a form. Never holds more than `maxBytes`.
 * @throws LlmdError `request_too_large`, `invalid_json`, `invalid_request`
 */
export async function readJson(c: HttpContext, { maxBytes }: { maxBytes: number }): Promise<unknown> {
  return parseJson(await readBody(c, maxBytes))
}

/** @throws LlmdError `invalid_json`, `invalid_request` */
export function parseJson(bytes: Buffer): unknown {
  const { isTooDeep, members, containers } = measure(bytes)
  if (isTooDeep) throw new LlmdError('invalid_request', `The body is nested deeper than ${deepest} levels.`)
  requireFew(members, 'members')
  requireFew(containers, 'objects and arrays')
  return parse(bytes)
}

function requireFew(count: number, what: string): void {
  if (count <= mostOfAKind) return
  throw new LlmdError('invalid_request', `The body has ${count} ${what}; at most ${mostOfAKind} are read.`)
}

function parse(bytes: Buffer): unknown {
  try {
    if (isUtf8(bytes))
      return JSON.parse(bytes.toString('utf8', bytes.subarray(0, 3).equals(byteOrderMark) ? 3 : 0))
  } catch {
    // What the parser says quotes the body.
  }
  throw new LlmdError('invalid_json', 'The body is not valid JSON in UTF-8.')
}

/**
 * Looks at the brackets and colons outside of strings, before anything is parsed: a body of brackets alone becomes forty times
 * its size, and takes seconds. What is not JSON gets some answer; the parser refuses it.
 */
function measure(bytes: Buffer): { isTooDeep: boolean; members: number; containers: number } {
  let depth = 0
  let members = 0
  let containers = 0
  let inString = false
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]
    if (byte === quote) inString = !inString
    else if (inString) index += byte === backslash ? 1 : 0
    else if (byte === openBracket || byte === openBrace) {
      depth += 1
      containers += 1
    } else if (byte === closeBracket || byte === closeBrace) depth -= 1
    else if (byte === colon) members += 1
    if (depth > deepest) return { isTooDeep: true, members, containers }
  }
  return { isTooDeep: false, members, containers }
}
