import type { LlmdError } from '../../errors.ts'
import { encodeOpenAiError } from '../openai-common/encode-error.ts'

/** The end of a stream that broke off, as it goes over the wire. */
export function failedResponseEvent(error: LlmdError): string {
  const { message, code, param } = encodeOpenAiError(error).error
  return `event: error\ndata: ${JSON.stringify({ type: 'error', code, message, param, sequence_number: 0 })}\n\n`
}
