import { z } from 'zod'

/** `family:size`, `owner/name` and the like; never something that could be a path or carry control characters. */
export const modelNameSchema = z
  .string()
  .max(128)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:@+-]*(\/[A-Za-z0-9][A-Za-z0-9._:@+-]*)*$/,
    'letters, digits and . _ : @ + - with / between parts; each part starts with a letter or digit',
  )

/** ISO 8601 in UTC, as in `2026-01-31T12:00:00.000Z`. */
export const timestampSchema = z.iso.datetime()

/** Every list is wrapped, so that fields can be added beside the rows. */
export function listOf<Row extends z.ZodType>(row: Row) {
  return z.object({ data: z.array(row) })
}

/** The error of every admin route, OpenAI's envelope with a hint. */
export const errorBodySchema = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string(),
    hint: z.string().nullable(),
  }),
})

export type ErrorBody = z.infer<typeof errorBodySchema>
