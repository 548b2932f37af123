import { LlmdError } from '../../errors.ts'

/** An `invalid_request` for what no schema can see: `field: problem.` */
export function invalidField(field: string, problem: string): LlmdError {
  return new LlmdError('invalid_request', `${field}: ${problem}.`, { param: field })
}
