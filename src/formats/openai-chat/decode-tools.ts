import type { ChatRequest, ToolChoice } from '../../chat/request.ts'
import type { ToolDefinition } from '../../chat/tool.ts'
import { invalidField } from '../openai-common/invalid-field.ts'
import type { FunctionDefinition, ToolFields } from './tool-schema.ts'

/** Functions, the elder kind of tools, are told from these by `usesFunctions`: their answers look different. */
export interface DecodedTools extends Pick<ChatRequest, 'tools' | 'toolChoice' | 'parallelToolCalls'> {
  usesFunctions: boolean
}

/** @throws LlmdError `invalid_request` for names that repeat, and choices of what is not there */
export function decodeTools(fields: ToolFields): DecodedTools {
  const functions = fields.functions ?? []
  const named = fields.tools ?? []
  const usesFunctions = functions.length > 0
  if (usesFunctions && named.length > 0) throw invalidField('functions', 'cannot stand beside tools')
  const tools = usesFunctions
    ? decodeFunctions(functions, (index) => `functions[${index}].name`)
    : decodeFunctions(
        named.map((tool) => tool.function),
        (index) => `tools[${index}].function.name`,
      )
  return {
    tools,
    toolChoice: decodeChoice(fields, new Set(tools.map(({ name }) => name))),
    // An answer has room for one function_call.
    parallelToolCalls: !usesFunctions && (fields.parallel_tool_calls ?? true),
    usesFunctions,
  }
}

function decodeFunctions(definitions: FunctionDefinition[], pathOf: (index: number) => string) {
  const seen = new Set<string>()
  return definitions.map(({ name, description, parameters, strict }, index): ToolDefinition => {
    if (seen.has(name)) throw invalidField(pathOf(index), 'must not repeat that of another')
    seen.add(name)
    return {
      name,
      ...(description && { description }),
      ...(parameters && { parameters }),
      ...(strict && { strict }),
    }
  })
}

function decodeChoice(fields: ToolFields, known: ReadonlySet<string>): ToolChoice {
  const { tool_choice: choice, function_call: functionCall } = fields
  const path = choice ? 'tool_choice' : 'function_call'
  const allow = (mode: 'auto' | 'required', names: string[]): ToolChoice => {
    const missing = names.find((name) => !known.has(name))
    if (missing !== undefined) throw invalidField(path, `${JSON.stringify(missing)} is not one of the tools`)
    return { type: 'allowed', mode, names }
  }
  const asked = choice ?? functionCall ?? 'auto'
  if (typeof asked === 'string') {
    if (known.size > 0) return { type: asked }
    if (asked === 'required') throw invalidField(path, 'must not be required where there are no tools')
    return { type: 'none' }
  }
  if ('name' in asked) return allow('required', [asked.name])
  if (asked.type === 'function') return allow('required', [asked.function.name])
  const { mode, tools } = asked.allowed_tools
  return allow(
    mode,
    tools.map((tool) => tool.function.name),
  )
}
