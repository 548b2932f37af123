import { LlmdError } from '../../errors.ts'

/**
 * Checks tokens that a client names by their numbers: llama.cpp ends the process over one that it does not have.
 * @throws LlmdError `invalid_request`
 */
export function requireTokens(
  tokens: readonly number[],
  { vocabulary }: { vocabulary: number },
  param: string,
): void {
  const unknown = tokens.find((token) => !Number.isInteger(token) || token < 0 || token >= vocabulary)
  if (unknown === undefined) return
  const message = `${param}: this model has no token ${unknown}, only 0 to ${vocabulary - 1}.`
  throw new LlmdError('invalid_request', message, { param })
}
