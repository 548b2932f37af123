// JSON as it lies in buffers: found and judged without decoding or parsing it. A key in quotes cannot occur within a
// string, where its quotes would be escaped.

export const quote = 0x22
export const backslash = 0x5c
export const comma = 0x2c
export const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const colon = 0x3a

/** How deep a place is: what was read before decides. */
export interface Nesting {
  depth: number
  /** Where the object or array at depth 2 begins that was opened last. */
  second: number
  inString: boolean
  escaped: boolean
}

export function startNesting(): Nesting {
  return { depth: 0, second: -1, inString: false, escaped: false }
}

/** Reads on, from one place to another. */
export function advance(nesting: Nesting, bytes: Buffer, from: number, to: number): void {
  let { depth, second, inString, escaped } = nesting
  for (let index = from; index < to; index++) {
    const byte = bytes[index]
    if (inString) {
      if (escaped) escaped = false
      else if (byte === backslash) escaped = true
      else if (byte === quote) inString = false
    } else if (byte === quote) inString = true
    else if (byte === openBrace || byte === openBracket) {
      depth += 1
      if (depth === 2) second = index
    } else if (byte === closeBrace || byte === closeBracket) depth -= 1
  }
  nesting.depth = depth
  nesting.second = second
  nesting.inString = inString
  nesting.escaped = escaped
}

/** The next place from `from` on where this key, given with its quotes, is a member's; -1 where there is none. */
export function findKey(bytes: Buffer, key: Buffer, from: number): number {
  let at = bytes.indexOf(key, from)
  // After a backslash it is the end of a string.
  while (at !== -1 && (bytes[at - 1] === backslash || valueAfter(bytes, at + key.length) === -1)) {
    at = bytes.indexOf(key, at + 1)
  }
  return at
}

/** Where the value of a member begins whose key ends at `end`; -1 where no member is, or its value is not there. */
export function valueAfter(bytes: Buffer, end: number): number {
  const at = skipSpace(bytes, end)
  if (bytes[at] !== colon) return -1
  const value = skipSpace(bytes, at + 1)
  return value < bytes.length ? value : -1
}

/** Whether the value that begins at `start` is that of a member with this key, given with its quotes. */
export function isValueOf(bytes: Buffer, key: Buffer, start: number): boolean {
  const at = skipSpaceBack(bytes, start - 1)
  if (bytes[at] !== colon) return false
  const end = skipSpaceBack(bytes, at - 1) + 1
  const keyStart = end - key.length
  // After a backslash it is the end of a longer key.
  return keyStart >= 0 && bytes.subarray(keyStart, end).equals(key) && bytes[keyStart - 1] !== backslash
}

/** The place after the string that begins at `start`; -1 where its end is not there. */
export function endOfString(bytes: Buffer, start: number): number {
  for (let index = start + 1; index < bytes.length; index++) {
    const byte = bytes[index]
    if (byte === backslash) index += 1
    else if (byte === quote) return index + 1
  }
  return -1
}

/** The place after the object that begins at `start`; -1 where its end is not there. */
export function endOfObject(bytes: Buffer, start: number): number {
  let depth = 0
  for (let index = start; index < bytes.length; index++) {
    const byte = bytes[index]
    if (byte === quote) {
      index = endOfString(bytes, index) - 1
      if (index < 0) return -1
    } else if (byte === openBrace) depth += 1
    else if (byte === closeBrace) {
      depth -= 1
      if (depth === 0) return index + 1
    }
  }
  return -1
}

/** Whether the bytes begin and end as a JSON object or array does. */
export function looksLikeJson(bytes: Buffer): boolean {
  return beginsLikeJson(bytes) && endsLikeJson(bytes)
}

export function beginsLikeJson(bytes: Buffer): boolean {
  const first = bytes[skipSpace(bytes, 0)]
  return first === openBrace || first === openBracket
}

export function endsLikeJson(bytes: Buffer): boolean {
  const last = skipSpaceBack(bytes, bytes.length - 1)
  return bytes[last] === closeBrace || bytes[last] === closeBracket
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from
  while (isSpace(bytes[at])) at += 1
  return at
}

function skipSpaceBack(bytes: Buffer, from: number): number {
  let at = from
  while (isSpace(bytes[at])) at -= 1
  return at
}

export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
