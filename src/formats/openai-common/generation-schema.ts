import { z } from 'zod'
import { anything, flag, integerFrom, modelName, numberFrom, optional } from './fields.ts'

const stopAllowed = 'must be a string or an array of at most 16 strings'
const biasAllowed = 'must be an object of token numbers, each with a number from -100 to 100'

/** What chats and completions ask for in the same words. The last five are llama.cpp's, beyond OpenAI's. */
export const generationFields = {
  model: modelName,
  temperature: optional(numberFrom(0, 2)),
  top_p: optional(numberFrom(0, 1)),
  n: optional(integerFrom(1, 16)),
  seed: optional(z.int('must be an integer')),
  stop: optional(z.custom<string | string[]>(isStop, stopAllowed)),
  stream: optional(flag),
  stream_options: optional(z.looseObject({ include_usage: optional(flag) }, 'must be an object')),
  presence_penalty: optional(numberFrom(-2, 2)),
  frequency_penalty: optional(numberFrom(-2, 2)),
  logit_bias: optional(z.custom<Record<string, number>>(isLogitBias, biasAllowed)),
  user: anything,
  top_k: optional(integerFrom(-1)),
  min_p: optional(numberFrom(0, 1)),
  repeat_penalty: optional(numberFrom(1, 10)),
  ignore_eos: optional(flag),
}

export type GenerationFields = z.infer<z.ZodObject<typeof generationFields>>

// These two are checked by hand: a schema would make an issue of every entry.
function isStop(value: unknown): boolean {
  if (typeof value === 'string') return true
  return Array.isArray(value) && value.length <= 16 && value.every((item) => typeof item === 'string')
}

function isLogitBias(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).every(
    ([token, bias]) => /^\d{1,9}$/.test(token) && typeof bias === 'number' && Math.abs(bias) <= 100,
  )
}
