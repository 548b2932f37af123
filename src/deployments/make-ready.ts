import { setTimeout as delay } from 'node:timers/promises'
import { type LlmdError, toLlmdError } from '../errors.ts'
import type { DeployableModels, HeldModels } from './deployments.ts'
import type { judgeFailure } from './judge-failure.ts'

/** Tries until the models are there, the failure is for good, or the signal is aborted. Never rejects. */
export async function makeReady(
  model: string,
  options: {
    models: Pick<DeployableModels, 'ensure'>
    judge: typeof judgeFailure
    signal: AbortSignal
    /** Another try will follow. */
    onDelay: (failure: LlmdError) => void
  },
): Promise<HeldModels | LlmdError> {
  const { models, judge, signal, onDelay } = options
  for (let tries = 1; ; tries++) {
    try {
      return await models.ensure(model, signal)
    } catch (error) {
      const failure = toLlmdError(error)
      const waitMs = signal.aborted ? null : judge(failure.code, tries)
      if (waitMs === null) return failure
      onDelay(failure)
      await delay(waitMs, undefined, { signal }).catch(() => {})
      if (signal.aborted) return failure
    }
  }
}
