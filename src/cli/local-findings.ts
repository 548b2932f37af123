import type { Finding } from '../api/doctor.ts'
import type { Paths } from '../config/paths.ts'
import { examineFolders } from '../doctor/examine-folders.ts'
import { examineMachine, thisMachine } from '../doctor/examine-machine.ts'
import { LlmdError } from '../errors.ts'

/** What can be told where llmd cannot open its data: why, and how the machine is. */
export function localFindings(error: unknown, paths: Paths): Finding[] {
  if (!(error instanceof LlmdError)) throw error
  const { message, hint } = error
  const failure: Finding = { level: 'problem', check: 'data', message, cure: hint ?? null }
  return [failure, ...examineMachine(thisMachine(process.env)), ...examineFolders(paths)]
}
