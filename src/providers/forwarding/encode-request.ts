import type { ForwardRequest } from '../upstream.ts'

const modelKey = Buffer.from('"model"')
const openBrace = 0x7b
const quote = 0x22

/** Of letters in a key that is spelt with escapes: `"mod\u0065l"`. Nobody honest escapes them. */
const escapedLetter = Buffer.from('\\u006')

const askForUsage = Buffer.from('"stream_options":{"include_usage":true},')

/** Whether the upstream has to be asked for the usage of a stream whose client did not ask. */
export function lacksStreamUsage({ path, parsed, stream }: ForwardRequest): boolean {
  if (!stream || (path !== '/chat/completions' && path !== '/completions')) return false
  const options = parsed['stream_options']
  return !(isObject(options) && options['include_usage'] === true)
}

/**
 * The body for the upstream: the client's bytes with its own name for the model, and asking for usage where told to.
 * Bytes are only replaced where it is certain which ones the upstream reads; otherwise the body is written anew from
 * what llmd read, so that no second `model` slips past.
 */
export function encodeRequest(request: ForwardRequest, withUsage: boolean): Buffer {
  const { body, parsed, model } = request
  const value = findModel(body)
  const canInsert = !withUsage || parsed['stream_options'] === undefined
  if (value === null || !canInsert) return rewrite(request, withUsage)
  const name = Buffer.from(JSON.stringify(model))
  if (!withUsage) return Buffer.concat([body.subarray(0, value.start), name, body.subarray(value.end)])
  const start = body.indexOf(openBrace) + 1
  return Buffer.concat([
    body.subarray(0, start),
    askForUsage,
    body.subarray(start, value.start),
    name,
    body.subarray(value.end),
  ])
}

/** Where the one `model` of the body has its value, quotes included; null where it is not certain. */
function findModel(body: Buffer): { start: number; end: number } | null {
  const key = body.indexOf(modelKey)
  if (key === -1 || body.includes(modelKey, key + 1) || body.includes(escapedLetter)) return null
  const start = body.indexOf(quote, key + modelKey.length)
  return start === -1 ? null : { start, end: endOfString(body, start) }
}

/** The place after a JSON string that begins at `start`. */
function endOfString(bytes: Buffer, start: number): number {
  let end = start + 1
  while (end < bytes.length && bytes[end] !== quote) end += bytes[end] === 0x5c ? 2 : 1
  return end + 1
}

function rewrite({ parsed, model }: ForwardRequest, withUsage: boolean): Buffer {
  const options = parsed['stream_options']
  const asking = { stream_options: { ...(isObject(options) && options), include_usage: true } }
  return Buffer.from(JSON.stringify({ ...parsed, ...(withUsage && asking), model }))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
