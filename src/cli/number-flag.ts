import * as Flags from '@oclif/core/flags'
import { LlmdError } from '../errors.ts'

/** A number that need not be whole. */
export const numberFlag = Flags.custom<number>({
  async parse(text, _context, { name }) {
    if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
    throw new LlmdError('invalid_request', `--${name} takes a number, not ${JSON.stringify(text)}.`)
  },
})
