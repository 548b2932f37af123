import { LlmdError } from '../errors.ts'

/** For an answer that stops without its finish: that is never a clean end. */
export function answerBrokeOff(): LlmdError {
  return new LlmdError('engine_failed', 'The answer broke off before its end.')
}
