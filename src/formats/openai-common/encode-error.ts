import type { LlmdError } from '../../errors.ts'
import type { OpenAiError } from './error-schema.ts'

/** OpenAI's envelope: all four keys always there. It has no place for a hint, so that one follows the message. */
export function encodeOpenAiError({ message, hint, type, param, code }: LlmdError): OpenAiError {
  return { error: { message: hint ? `${message} ${hint}` : message, type, param: param ?? null, code } }
}
