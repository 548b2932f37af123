import type { IncomingHttpHeaders } from 'node:http'
import { badAnswer } from './upstream-failures.ts'

/** Whether a body is as it was written. It was asked for so; compressed ones could grow without bounds. */
export function isPlain(headers: IncomingHttpHeaders): boolean {
  return (headers['content-encoding'] ?? 'identity').toLowerCase() === 'identity'
}

/** @throws LlmdError `upstream_error` */
export function requirePlain(provider: string, headers: IncomingHttpHeaders): void {
  if (!isPlain(headers)) throw badAnswer(provider, 'is compressed, though it was asked not to be')
}
