import { z } from 'zod'

/** OpenAI's envelope of errors. */
export const openAiErrorSchema = z.object({
  error: z.object({
    message: z.string().describe('What is wrong, and what to do about it.'),
    type: z.string(),
    param: z.string().nullable().describe('The parameter at fault.'),
    code: z.string(),
  }),
})

export type OpenAiError = z.infer<typeof openAiErrorSchema>
