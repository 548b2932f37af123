import { z } from 'zod'

/** OpenAI's clients send null for what they leave to the server. */
export const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish()

export function numberFrom(least: number, most: number) {
  const allowed = `must be a number from ${least} to ${most}`
  return z.number(allowed).min(least, allowed).max(most, allowed)
}

export function integerFrom(least: number, most?: number) {
  const allowed =
    most === undefined
      ? `must be an integer of at least ${least}`
      : `must be an integer from ${least} to ${most}`
  return z
    .int(allowed)
    .min(least, allowed)
    .max(most ?? Number.MAX_SAFE_INTEGER, allowed)
}

export const text = z.string('must be a string')
export const flag = z.boolean('must be true or false')
/** For what is accepted without effect, or looked at elsewhere. */
export const anything = z.unknown().optional()
export const withoutEffect = anything.describe('Accepted without effect.')

const nameOfModel = 'must be the name of a model'
export const modelName = z.string(nameOfModel).min(1, nameOfModel).max(256, nameOfModel)
