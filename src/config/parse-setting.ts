import type { z } from 'zod'

/**
 * A setting's value out of a text, as variables and commands give it; items of a list are separated by commas. What is
 * no number, or neither true nor false, stays text, so that the check can show what was found.
 */
export function parseSetting(text: string, schema: z.ZodType): unknown {
  if (schema.def.type === 'array') {
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  }
  if (schema.def.type === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (schema.def.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
