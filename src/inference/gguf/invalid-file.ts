import { LlmdError } from '../../errors.ts'

/** The error for a file that is no model llmd can serve. `message` completes "The model file ...". */
export function invalidFile(message: string, hint?: string): LlmdError {
  return new LlmdError('model_file_invalid', `The model file ${message}`, hint === undefined ? {} : { hint })
}

export const damagedHint = 'The file is damaged or not complete: download it again.'

const longestQuote = 80

/** Text out of a file as it may stand in a message: short, printable ASCII only. */
export function quoted(text: string): string {
  const cut = text.length > longestQuote ? `${text.slice(0, longestQuote)}...` : text
  return `"${cut.replaceAll(/[^\x20-\x7e]/g, '?')}"`
}
