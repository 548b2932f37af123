import type { Clock } from './clock.ts'
import type { Health } from './health.ts'
import type { Verdict } from './judge-failure.ts'
import type { Route } from './router.ts'
import {
  type AttemptOptions,
  type AttemptOutcome,
  type Ended,
  type FailedAttempt,
  runAttempt,
} from './run-attempt.ts'
import { type Target, targetKey } from './target.ts'

export type { Attempt, AttemptOutcome, FailedAttempt } from './run-attempt.ts'

interface RouteAttemptsOptions<Outcome extends AttemptOutcome> extends AttemptOptions<Outcome> {
  route: Route
  /** What is asked of the model: `/chat/completions`. */
  path: string
  health: Health
  clock: Clock
  /** Numbers from 0 up to but not including 1, so that the retries of several requests spread. */
  random: () => number
}

/** Attempts beyond one for each target. */
const extraAttempts = 2
/** Wait before the second round: this and up to twice as much again. */
const leastBackoffMs = 250
/** A target that asks for more patience is not waited for. */
const longestWaitMs = 5000

/** Of several failures the client is told of one: of that which leaves most hope, and of these the last. */
const hope = { unsuited: 0, broken: 1, passing: 2, request: 3 } satisfies Record<Verdict, number>

/**
 * Tries the targets of a route until one has begun to answer. A model that is no routed one is tried once: its client
 * decides whether to come again. Of a routed one each target is tried in turn but for those that cool, and once more
 * after a short wait where that may help; if all cool, the one that is the soonest over it.
 * @returns The outcome to tell the client, and whose it is
 * @throws The signal's reason when it is aborted, and what `attempt` throws that is no LlmdError
 */
export function runAttempts<Outcome extends AttemptOutcome>(
  options: RouteAttemptsOptions<Outcome>,
): Promise<{ target: Target; outcome: Outcome | FailedAttempt }> {
  const { strategy, targets } = options.route
  return strategy === null ? insist(options, targets[0]) : trySeveral(options)
}

/** Tries a target even if it cools. */
function insist<Outcome extends AttemptOutcome>(
  options: RouteAttemptsOptions<Outcome>,
  target: Target,
): Promise<Ended<Outcome>> {
  const trial = options.health.insist(targetKey(target), options.path)
  return runAttempt(options, { target, trial, number: 1 })
}

async function trySeveral<Outcome extends AttemptOutcome>(
  options: RouteAttemptsOptions<Outcome>,
): Promise<Ended<Outcome>> {
  const { route, path, health, signal, clock, random } = options
  const most = route.targets.length + extraAttempts
  let number = 0
  const failed: Ended<Outcome>[] = []
  /** @returns the end of it all, if this is it; otherwise the failures are kept */
  async function tryEach(targets: Target[]): Promise<Ended<Outcome> | undefined> {
    for (const target of targets) {
      signal.throwIfAborted()
      const trial = number < most ? health.tryTarget(targetKey(target), path) : undefined
      if (!trial) continue
      number += 1
      const ended = await runAttempt(options, { target, trial, number })
      if (ended.verdict === null || ended.verdict === 'request') return ended
      failed.push(ended)
    }
    return undefined
  }

  const answered = await tryEach(route.targets)
  if (answered) return answered
  if (number === 0) {
    number = 1
    const ended = await insist(options, soonest(options))
    if (ended.verdict !== 'passing') return ended
    failed.push(ended)
  }

  const again = failed.filter(({ verdict }) => verdict === 'passing')
  const backoffMs = leastBackoffMs * (1 + 2 * random())
  const waitMs = Math.min(...again.map(({ outcome }) => retryAfterOf(outcome) ?? backoffMs))
  if (waitMs <= longestWaitMs) {
    await clock.wait(waitMs, signal)
    const answeredLater = await tryEach(again.map(({ target }) => target))
    if (answeredLater) return answeredLater
  }
  return failed.reduce((told, ended) => (hopeOf(ended) >= hopeOf(told) ? ended : told))
}

function soonest({ route, path, health }: { route: Route; path: string; health: Health }): Target {
  const [first, ...rest] = route.targets
  const left = (target: Target) => health.status(targetKey(target), path).coolingMs ?? 0
  return rest.reduce((found, target) => (left(target) < left(found) ? target : found), first)
}

function retryAfterOf(outcome: AttemptOutcome): number | null {
  return outcome.kind === 'failed' ? outcome.retryAfterMs : null
}

function hopeOf({ verdict }: Ended<AttemptOutcome>): number {
  return verdict === null ? 0 : hope[verdict]
}
