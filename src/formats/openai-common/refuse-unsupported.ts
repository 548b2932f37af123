import { LlmdError } from '../../errors.ts'

/** Whether a value of a parameter asks for nothing. */
export type AsksForNothing = (value: unknown) => boolean

/** @throws LlmdError `unsupported_parameter` for the first of these that would change the answer and cannot */
export function refuseUnsupported(
  body: Readonly<Record<string, unknown>>,
  unsupported: Readonly<Record<string, AsksForNothing>>,
): void {
  for (const [name, asksForNothing] of Object.entries(unsupported)) {
    const value = body[name]
    if (value === undefined || value === null || asksForNothing(value)) continue
    throw new LlmdError('unsupported_parameter', `${name} is not supported with this value.`, {
      param: name,
      hint: 'Leave it out.',
    })
  }
}
