import * as Flags from '@oclif/core/flags'
import { LlmdError } from '../errors.ts'

/** A number of layers, or `auto`. */
export const gpuLayersFlag = Flags.custom<number | 'auto'>({
  async parse(text) {
    if (text === 'auto') return 'auto'
    if (/^\d{1,5}$/.test(text)) return Number(text)
    throw new LlmdError(
      'invalid_request',
      `--gpu-layers takes a number or auto, not ${JSON.stringify(text)}.`,
    )
  },
})
