import { LlmdError } from '../../errors.ts'
import type { Generator } from './generator.ts'

/** @throws LlmdError `overloaded`, `rate_limit_exceeded` where so many answers more are too many to wait */
export function refuseExcess(
  generator: Pick<Generator, 'waiting'>,
  { client, choices, maxWaiting }: { client: string; choices: number; maxWaiting: number },
): void {
  const [all, own] = [generator.waiting(), generator.waiting(client)]
  if (all + choices > maxWaiting) {
    throw new LlmdError('overloaded', `The model has ${all} answers waiting already.`)
  }
  // One client alone cannot fill the queue for the others.
  if (own + choices > maxWaiting / 2) {
    throw new LlmdError('rate_limit_exceeded', `You have ${own} answers waiting for this model already.`)
  }
}
