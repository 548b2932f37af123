import type { LlmdError } from '../../errors.ts'
import { encodeOpenAiError } from '../openai-common/encode-error.ts'

/** The end of a stream that broke off, as it goes over the wire. */
export function failedCompletionChunk(error: LlmdError): string {
  const choices = [{ index: 0, text: '', finish_reason: 'error' }]
  return `data: ${JSON.stringify({ ...encodeOpenAiError(error), choices })}\n\n`
}
