import { LlmdError } from '../../errors.ts'
import { decodeChatCompletion } from './decode-request.ts'

/**
 * Holds that local models know these parameters, and can do what they say.
 * @throws LlmdError `invalid_request`, `unsupported_parameter`; `param` is the parameter's name
 */
export function checkParameters(params: Record<string, unknown>): void {
  const { dropped } = decodeChatCompletion({
    ...params,
    model: 'any',
    messages: [{ role: 'user', content: '' }],
  })
  const [unknown] = dropped
  if (unknown === undefined) return
  throw new LlmdError('unsupported_parameter', `Local models have no parameter ${JSON.stringify(unknown)}.`, {
    param: unknown,
    hint: 'Leave it out, or check how it is spelt.',
  })
}
