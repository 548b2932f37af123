import { z } from 'zod'

/** `warning`: it works, but not as well or as safely as it could. `problem`: something does not work. */
const levelSchema = z.enum(['ok', 'warning', 'problem'])

const findingSchema = z.object({
  level: levelSchema,
  check: z.string().describe('What was looked at: `node`, `disk`, `provider`.'),
  message: z.string().describe('One line of what was found.'),
  cure: z.string().nullable().describe('One line of what to do about it; null where there is nothing to do.'),
})

export type Finding = z.infer<typeof findingSchema>

export const examinationSchema = z.object({ data: z.array(findingSchema) })
