import * as Flags from '@oclif/core/flags'
import type { ModelOptions } from '../api/models.ts'
import { LlmdError } from '../errors.ts'
import { parseDuration } from './duration.ts'

/** `FILE`, or `FILE:SCALE`. */
export const loraFlag = Flags.custom<{ path: string; scale: number }>({
  async parse(text) {
    const [, path = text, scale = '1'] = /^(.+):(-?\d+(?:\.\d+)?)$/s.exec(text) ?? []
    return { path, scale: Number(scale) }
  },
})

/** `linear:4`, `yarn:4`, or `yarn:4:32768` with the context before it is stretched. */
export const ropeScalingFlag = Flags.custom<NonNullable<ModelOptions['rope_scaling']>>({
  async parse(text) {
    const [, type, factor, original] = /^(linear|yarn):(\d+(?:\.\d+)?)(?::(\d{1,8}))?$/.exec(text) ?? []
    if ((type === 'linear' || type === 'yarn') && factor !== undefined) {
      return { type, factor: Number(factor), ...(original && { original_context: Number(original) }) }
    }
    throw new LlmdError('invalid_request', `--rope-scaling takes no ${JSON.stringify(text)}.`, {
      hint: 'Write linear or yarn and the factor, as in yarn:4.',
    })
  },
})

/** A duration in seconds, or null for `never`. */
export const ttlFlag = Flags.custom<number | null>({
  async parse(text) {
    return text === 'never' ? null : parseDuration(text) / 1000
  },
})
