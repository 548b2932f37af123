import { z } from 'zod'
import { anything, optional, text } from '../openai-common/fields.ts'
import { list } from '../openai-common/list.ts'

interface ContentPart {
  type: string
  [field: string]: unknown
}

const contentAllowed = 'must be a string or an array of content parts'
const object = 'must be an object'

const contentForm = {
  anyOf: [
    { type: 'string' },
    {
      type: 'array',
      items: {
        type: 'object',
        properties: { type: { type: 'string' }, text: { type: 'string' } },
        required: ['type'],
      },
      minItems: 1,
    },
  ],
}

const functionCallSchema = z.looseObject({ name: text, arguments: text }, object)

const toolCallSchema = z.looseObject(
  {
    id: text,
    type: optional(z.literal('function', 'must be function: custom tools are not supported')),
    function: functionCallSchema,
  },
  object,
)

export const messageSchema = z.looseObject(
  {
    role: z.enum(
      ['system', 'developer', 'user', 'assistant', 'tool', 'function'],
      'must be system, developer, user, assistant or tool',
    ),
    content: optional(z.custom<string | ContentPart[]>(isContent, contentAllowed).meta(contentForm)).describe(
      'A string, or text parts, which become a line each.',
    ),
    name: optional(text),
    reasoning_content: optional(text).describe('What the assistant thought, where the model shows it.'),
    tool_calls: optional(list(toolCallSchema, { allowed: 'must be an array' })),
    tool_call_id: optional(text).describe('The call that a message of the role `tool` answers.'),
    function_call: optional(functionCallSchema),
    refusal: optional(text),
    audio: anything,
  },
  object,
)

export type ChatCompletionMessage = z.infer<typeof messageSchema>

function isContent(value: unknown): boolean {
  if (typeof value === 'string') return true
  return Array.isArray(value) && value.length > 0 && value.every(isPart)
}

function isPart(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
