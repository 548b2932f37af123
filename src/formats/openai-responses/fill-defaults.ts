import type { RequestDefaults } from '../../chat/request-defaults.ts'
import { chatCompletionSchema } from '../openai-chat/schema.ts'
import { fillParameters } from '../openai-common/fill-parameters.ts'
import { holdsInstructions } from '../openai-common/holds-instructions.ts'

/** What responses have in the words of chat completions; llama.cpp's samplers are for servers that know them. */
const shared = new Set([
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'repeat_penalty',
  'top_logprobs',
  'parallel_tool_calls',
  'metadata',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'safety_identifier',
  'service_tier',
  'store',
  'user',
])

/** Puts defaults into the body of a response, but for those that chat completions alone have. */
export function fillResponseDefaults(
  body: Record<string, unknown>,
  defaults: RequestDefaults,
): Record<string, unknown> {
  const filled = fillParameters(body, defaults, { limits: ['max_output_tokens'], takes })
  const { system } = defaults
  const { instructions = null, input } = body
  if (system === undefined || instructions !== null) return filled
  if (Array.isArray(input) && holdsInstructions(input)) return filled
  return { ...filled, instructions: system }
}

/** Of what chat completions do not have, the provider may know more. */
function takes(name: string): boolean {
  return shared.has(name) || !Object.hasOwn(chatCompletionSchema.shape, name)
}
