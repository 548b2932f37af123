import { z } from 'zod'
import { flag, optional, text } from '../openai-common/fields.ts'
import { list } from '../openai-common/list.ts'

const object = 'must be an object'
const nameAllowed = 'must be 1 to 64 letters, digits, _ and -'

const functionSchema = z.looseObject(
  {
    name: z.string(nameAllowed).regex(/^[a-zA-Z0-9_-]{1,64}$/, nameAllowed),
    description: optional(text),
    parameters: optional(z.record(z.string(), z.unknown(), 'must be a JSON Schema object')).describe(
      'JSON Schema of the arguments object; without it the function takes none.',
    ),
    strict: optional(flag).describe(
      'Arguments follow `parameters` even where the model need not call; where it must they always do.',
    ),
  },
  object,
)

const toolSchema = z.looseObject(
  {
    type: z.literal('function', 'must be function: other tools are not supported'),
    function: functionSchema,
  },
  object,
)

const namedFunction = z.object({ name: z.string() })
const namedTool = z.object({ type: z.literal('function'), function: namedFunction })

export const toolFields = {
  tools: optional(list(toolSchema, { allowed: 'must be an array' })),
  tool_choice: optional(
    z.union(
      [
        z.enum(['none', 'auto', 'required']),
        namedTool,
        z.object({
          type: z.literal('allowed_tools'),
          allowed_tools: z.object({
            mode: z.enum(['auto', 'required']),
            tools: list(namedTool, { least: 1, allowed: 'must be an array of at least one tool' }),
          }),
        }),
      ],
      'must be none, auto, required, a function, or allowed_tools of functions',
    ),
  ),
  parallel_tool_calls: optional(flag).describe('Whether one answer may hold several calls.'),
  functions: optional(list(functionSchema, { allowed: 'must be an array' })).describe(
    'What tools were called before there were others.',
  ),
  function_call: optional(
    z.union([z.enum(['none', 'auto']), namedFunction], 'must be none, auto or the name of a function'),
  ),
}

export type ToolFields = z.infer<z.ZodObject<typeof toolFields>>
export type FunctionDefinition = z.infer<typeof functionSchema>
