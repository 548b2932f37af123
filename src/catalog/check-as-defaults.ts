import { LlmdError } from '../errors.ts'

/**
 * Checks parameters that are to be defaults. What is wrong with one names it where it stands here.
 * @throws LlmdError what `check` throws
 */
export function checkAsDefaults(
  check: (params: Record<string, unknown>) => void,
  params: Record<string, unknown>,
): void {
  try {
    check(params)
  } catch (error) {
    if (!(error instanceof LlmdError) || error.param === undefined) throw error
    const { code, message, hint, param } = error
    throw new LlmdError(code, message, {
      param: `defaults.params.${param}`,
      ...(hint !== undefined && { hint }),
    })
  }
}
