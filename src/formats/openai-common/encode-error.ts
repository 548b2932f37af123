import type { LlmdError } from '../../errors.ts'

/** OpenAI's envelope: all four keys always there. It has no place for a hint, so that one follows the message. */
export function encodeOpenAiError({ message, hint, type, param, code }: LlmdError) {
  return { error: { message: hint ? `${message} ${hint}` : message, type, param: param ?? null, code } }
}
