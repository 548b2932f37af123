import type { RequestDefaults } from '../../chat/request-defaults.ts'
import { fillParameters } from '../openai-common/fill-parameters.ts'
import { holdsInstructions } from '../openai-common/holds-instructions.ts'

/** Puts defaults into the body of a chat completion: instructions go first. */
export function fillChatDefaults(
  body: Record<string, unknown>,
  defaults: RequestDefaults,
): Record<string, unknown> {
  const filled = fillParameters(body, defaults, {
    limits: ['max_completion_tokens', 'max_tokens'],
    takes: () => true,
  })
  const { messages } = body
  const { system } = defaults
  if (system === undefined || !Array.isArray(messages) || holdsInstructions(messages)) return filled
  return { ...filled, messages: [{ role: 'system', content: system }, ...messages] }
}
