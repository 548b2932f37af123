import { z } from 'zod'

/** What `POST /tokenize` answers with. */
export const tokenizeAnswerSchema = z.object({ tokens: z.array(z.int()) })

/** What `POST /detokenize` answers with. */
export const detokenizeAnswerSchema = z.object({ content: z.string() })

/** What `POST /apply-template` answers with. */
export const applyTemplateAnswerSchema = z.object({
  prompt: z.string().describe('What the model would be given.'),
})
