import * as Flags from '@oclif/core/flags'
import { LlmdError } from '../errors.ts'

/** A header, as in `X-Title: llmd` or `X-Title=llmd`. */
export const headerFlag = Flags.custom<{ name: string; value: string }>({
  async parse(text) {
    const [, name, value] = /^([^:=\s]+)[:=]\s*(.*)$/s.exec(text) ?? []
    if (name !== undefined && value !== undefined) return { name, value }
    throw new LlmdError('invalid_request', '--header takes a name and a value, as in "X-Title: llmd".')
  },
})
