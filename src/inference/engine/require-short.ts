import { LlmdError } from '../../errors.ts'

/** Takes up to a second to tokenize, and nothing else is computed meanwhile. */
const mostBytes = 2 ** 20

/**
 * Checks a text of which no context tells how long it may be.
 * @throws LlmdError `request_too_large`
 */
export function requireShort(text: string, param: string): void {
  const bytes = Buffer.byteLength(text)
  if (bytes <= mostBytes) return
  const message = `${param}: the text has ${bytes} bytes; at most ${mostBytes} are tokenized at once.`
  throw new LlmdError('request_too_large', message, { param, hint: 'Send it in parts.' })
}
