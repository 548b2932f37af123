import type { RequestDefaults } from '../../chat/request-defaults.ts'
import { chatCompletionSchema } from '../openai-chat/schema.ts'
import { fillParameters } from '../openai-common/fill-parameters.ts'
import { completionSchema } from './schema.ts'

/** Puts defaults into the body of a completion, but for those that chats alone have. */
export function fillCompletionDefaults(
  body: Record<string, unknown>,
  defaults: RequestDefaults,
): Record<string, unknown> {
  return fillParameters(body, defaults, { limits: ['max_tokens'], takes })
}

/** Of what neither has, the provider may know more. */
function takes(name: string, value: unknown): boolean {
  const schemas: Record<string, { safeParse(value: unknown): { success: boolean } }> = completionSchema.shape
  const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined
  return schema ? schema.safeParse(value).success : !Object.hasOwn(chatCompletionSchema.shape, name)
}
