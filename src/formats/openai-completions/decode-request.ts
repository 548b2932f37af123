import type { CompletionRequest } from '../../chat/request.ts'
import { LlmdError } from '../../errors.ts'
import { decodeGeneration } from '../openai-common/decode-generation.ts'
import { separatePassages } from '../openai-common/passages.ts'
import { unknownFields } from '../openai-common/unknown-fields.ts'
import { parseBody } from '../parse-body.ts'
import { completionSchema } from './schema.ts'

/** OpenAI's default. */
const defaultMaxTokens = 16

export interface DecodedCompletion {
  /** One for each prompt, alike in all but that. */
  requests: CompletionRequest[]
  /** Of all prompts together. */
  choices: number
  /** As the client wrote it. */
  model: string
  stream: boolean
  /** Whether a stream ends with a chunk that holds the usage. */
  includeUsage: boolean
  /** Whether choices hold log-probabilities. */
  logprobs: boolean
  /** Fields that llmd does not know; the client is told. */
  dropped: string[]
}

/** Reads the body of a completion. @throws LlmdError `invalid_request`, `unsupported_parameter` */
export function decodeCompletion(body: unknown): DecodedCompletion {
  const data = parseBody(completionSchema, body)
  const { n, best_of: bestOf, logprobs, suffix } = data
  if (typeof bestOf === 'number' && bestOf !== (n ?? 1)) {
    throw new LlmdError('unsupported_parameter', 'best_of is supported only where it equals n.', {
      param: 'best_of',
    })
  }
  const prompts = separatePassages(data.prompt)
  const options = {
    ...decodeGeneration(data),
    maxTokens: data.max_tokens ?? defaultMaxTokens,
    ...(typeof logprobs === 'number' && { logprobs: { top: logprobs } }),
    ...(suffix && { suffix }),
    echo: data.echo ?? false,
  }
  return {
    requests: prompts.map((prompt) => ({ ...options, prompt })),
    choices: prompts.length * options.choices,
    model: data.model,
    stream: data.stream ?? false,
    includeUsage: data.stream_options?.include_usage ?? false,
    logprobs: typeof logprobs === 'number',
    dropped: unknownFields(data, completionSchema.shape),
  }
}
