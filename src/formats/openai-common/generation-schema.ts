import { z } from 'zod'
import { flag, integerFrom, modelName, numberFrom, optional, withoutEffect } from './fields.ts'

const stopAllowed = 'must be a string or an array of at most 16 strings'
const biasAllowed = 'must be an object of token numbers, each with a number from -100 to 100'

// JSON Schema of the two that are checked by hand.
const stopForm = {
  anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, maxItems: 16 }],
}
const logitBiasForm = {
  type: 'object',
  propertyNames: { pattern: '^[0-9]{1,9}$' },
  additionalProperties: { type: 'number', minimum: -100, maximum: 100 },
}

/** What chats and completions ask for in the same words. The last five are llama.cpp's, beyond OpenAI's. */
export const generationFields = {
  model: modelName.describe('The name of a model.'),
  temperature: optional(numberFrom(0, 2)).describe('0 always takes the likeliest token; 1 where absent.'),
  top_p: optional(numberFrom(0, 1)).describe(
    'Only the likeliest tokens whose probabilities add up to it are drawn from; 1 where absent.',
  ),
  n: optional(integerFrom(1, 16)).describe(
    'So many answers, each with a seed of its own; the prompt is read once.',
  ),
  seed: optional(z.int('must be an integer')).describe(
    'The same seed and the same request give the same answer, but for near-ties that rounding decides.',
  ),
  stop: optional(z.custom<string | string[]>(isStop, stopAllowed).meta(stopForm)).describe(
    'Generation ends before the first of these that would appear; it is no part of the answer.',
  ),
  stream: optional(flag).describe('Whether the answer comes as server-sent events.'),
  stream_options: optional(
    z.looseObject(
      { include_usage: optional(flag).describe('The last chunk holds the usage, those before it null.') },
      'must be an object',
    ),
  ),
  presence_penalty: optional(numberFrom(-2, 2)).describe(
    'Taken off the logit of every token that the answer has already.',
  ),
  frequency_penalty: optional(numberFrom(-2, 2)).describe(
    'Taken off for each time that the answer has the token already.',
  ),
  logit_bias: optional(
    z.custom<Record<string, number>>(isLogitBias, biasAllowed).meta(logitBiasForm),
  ).describe('Token numbers, each with what is added to its logit; -100 bans it.'),
  user: withoutEffect,
  top_k: optional(integerFrom(-1)).describe('Only so many of the likeliest tokens are drawn from.'),
  min_p: optional(numberFrom(0, 1)).describe(
    'Only tokens at least this likely, relative to the likeliest, are drawn from.',
  ),
  repeat_penalty: optional(numberFrom(1, 10)).describe(
    'Divides the logit of every token that the answer has already.',
  ),
  ignore_eos: optional(flag).describe('Go on after the end token, until another limit comes.'),
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
