import { LlmdError } from '../errors.ts'

/**
 * Fields by which routers among the providers, such as OpenRouter and LiteLLM, are told of models beside the one that
 * was asked for.
 */
export const fieldsOfOtherModels = [
  'models',
  'route',
  'fallbacks',
  'context_window_fallbacks',
  'content_policy_fallbacks',
  'context_window_fallback_dict',
  'model_list',
  'user_config',
  'router_settings_override',
] as const

/**
 * What a provider would answer with then, nobody selected, and it would be counted as the model that was asked for.
 * @throws LlmdError `unsupported_parameter`
 */
export function refuseOtherModels(body: Record<string, unknown>): void {
  for (const param of fieldsOfOtherModels) {
    // As everywhere, null is the same as leaving it out.
    if (body[param] === undefined || body[param] === null) continue
    throw new LlmdError('unsupported_parameter', `${param}: a request is answered by its model alone.`, {
      param,
      hint: 'An operator can define a name that stands for several models: llmd models add NAME --target MODEL',
    })
  }
}
