import { z } from 'zod'

/** What was used, in tokens as the tokenizer of the model counts them. */
export const usageSchema = z.object({
  prompt_tokens: z.int().describe('The prompt counts once, however many answers there are.'),
  completion_tokens: z.int().describe('Of all answers.'),
  total_tokens: z.int(),
  prompt_tokens_details: z.object({
    cached_tokens: z.int().describe('Part of the prompt that was taken from a cache.'),
    audio_tokens: z.int(),
  }),
  completion_tokens_details: z.object({
    reasoning_tokens: z.int().describe('Part of the answers that was thinking.'),
    audio_tokens: z.int(),
    accepted_prediction_tokens: z.int(),
    rejected_prediction_tokens: z.int(),
  }),
})

export type Usage = z.infer<typeof usageSchema>

/** Of work that generates nothing. */
export const promptUsageSchema = z.object({ prompt_tokens: z.int(), total_tokens: z.int() })

export type PromptUsage = z.infer<typeof promptUsageSchema>
