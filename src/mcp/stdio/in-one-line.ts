const newline = 0x0a
const carriageReturn = 0x0d
const space = 0x20

/** The same JSON in one line: outside of strings line breaks are space, and within them they are escaped. */
export function inOneLine(json: Buffer): string {
  const bytes = Buffer.from(json)
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]
    if (byte === newline || byte === carriageReturn) bytes[index] = space
  }
  return bytes.toString('utf8').replace(/^\ufeff/, '')
}
