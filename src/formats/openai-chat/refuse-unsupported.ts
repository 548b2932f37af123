import { LlmdError } from '../../errors.ts'
import type { ChatCompletionBody } from './schema.ts'

type AsksForNothing = (value: unknown) => boolean

const is =
  (...values: unknown[]): AsksForNothing =>
  (value) =>
    values.includes(value)
const isEmpty: AsksForNothing = (value) => Object.keys(Object(value)).length === 0
const isTextFormat: AsksForNothing = (value) =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'text'
const isTextOnly: AsksForNothing = (value) =>
  Array.isArray(value) && value.every((modality) => modality === 'text')
const never: AsksForNothing = () => false

/** Parameters that llmd does not honour yet, and which values of them ask for nothing. */
const unsupported: Partial<Record<string, AsksForNothing>> = {
  n: is(1),
  presence_penalty: is(0),
  frequency_penalty: is(0),
  logprobs: is(false),
  top_logprobs: is(0),
  logit_bias: isEmpty,
  response_format: isTextFormat,
  tools: isEmpty,
  functions: isEmpty,
  tool_choice: is('none', 'auto'),
  function_call: is('none', 'auto'),
  reasoning_effort: is('none'),
  modalities: isTextOnly,
  store: is(false),
  audio: never,
  moderation: never,
  web_search_options: never,
  top_k: is(0, -1),
  min_p: is(0),
  repeat_penalty: is(1),
}

/** @throws LlmdError `unsupported_parameter` for the first parameter that would change the answer and cannot */
export function refuseUnsupported(body: ChatCompletionBody): void {
  for (const [name, asksForNothing] of Object.entries(unsupported)) {
    const value = body[name]
    if (value === undefined || value === null || asksForNothing?.(value)) continue
    throw new LlmdError('unsupported_parameter', `${name} is not supported with this value.`, {
      param: name,
      hint: 'Leave it out.',
    })
  }
}
