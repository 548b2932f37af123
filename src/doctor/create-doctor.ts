import { toLlmdError } from '../errors.ts'
import { type Finding, problem } from './finding.ts'

/** Looks at one thing. What it throws is a problem. */
export interface Examiner {
  check: string
  examine: (signal: AbortSignal) => Finding[] | Promise<Finding[]>
}

export interface Doctor {
  /** Everything that was found, in the order of the examiners. */
  examine(signal: AbortSignal): Promise<Finding[]>
}

/** Asks them all at the same time: those that wait for others are not the rule. */
export function createDoctor(examiners: readonly Examiner[]): Doctor {
  return {
    async examine(signal) {
      const found = await Promise.all(
        examiners.map(async ({ check, examine }) => {
          try {
            return await examine(signal)
          } catch (error) {
            signal.throwIfAborted()
            const { message, hint } = toLlmdError(error)
            return [problem(check, message, hint ?? null)]
          }
        }),
      )
      return found.flat()
    },
  }
}
