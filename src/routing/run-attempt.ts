import type { CancelSignal } from '../chat/cancel-signal.ts'
import { LlmdError } from '../errors.ts'
import type { Clock } from './clock.ts'
import type { Trial } from './health.ts'
import { judgeFailure, type Verdict } from './judge-failure.ts'
import { type Target, targetKey } from './target.ts'

/** How trying one target ended. */
export type AttemptOutcome =
  /** The client has its answer, whole. */
  | { kind: 'answered'; status: number }
  | FailedAttempt
  /** The answer broke off after its first byte, so nothing else can be tried. */
  | { kind: 'broken'; error: LlmdError }

/** Nothing was sent to the client. */
export interface FailedAttempt {
  kind: 'failed'
  error: LlmdError
  /** What the provider answered; null for what llmd says itself. */
  upstreamStatus: number | null
  /** When the provider asks to be tried again. */
  retryAfterMs: number | null
  /** Whether it was the size of this request that the provider refused, which says nothing of others. */
  isTooLarge?: boolean
}

/** What the story of a request tells of one attempt. */
export interface Attempt {
  /** As `targetKey` has it. */
  target: string
  startedAt: Date
  ms: number
  outcome: AttemptOutcome['kind'] | 'aborted'
  code: string | null
  status: number | null
}

export interface AttemptOptions<Outcome extends AttemptOutcome> {
  signal: CancelSignal
  clock: Pick<Clock, 'now'>
  /**
   * Tries a target. An LlmdError that it throws is a failure before the first byte.
   * @param attempt Its `number` counts from 1; `begin` is to be called when the answer begins
   */
  attempt: (target: Target, attempt: { number: number; begin: () => void }) => Promise<Outcome>
  /** Told of each attempt when it is over. */
  onAttempt: (attempt: Attempt) => void
}

export interface Ended<Outcome> {
  target: Target
  outcome: Outcome | FailedAttempt
  /** Null where the answer had begun. */
  verdict: Verdict | null
}

/** Tries one target, and tells its health and the story what came of it. */
export async function runAttempt<Outcome extends AttemptOutcome>(
  { signal, clock, attempt, onAttempt }: AttemptOptions<Outcome>,
  { target, trial, number }: { target: Target; trial: Trial; number: number },
): Promise<Ended<Outcome>> {
  const startedAt = new Date()
  const started = clock.now()
  const tell = (end: Pick<Attempt, 'outcome' | 'code' | 'status'>) =>
    onAttempt({ target: targetKey(target), startedAt, ms: clock.now() - started, ...end })

  let outcome: Outcome | FailedAttempt
  try {
    outcome = await attempt(target, { number, begin: () => trial.begin() })
  } catch (error) {
    if (signal.aborted || !(error instanceof LlmdError)) {
      trial.abandon()
      tell({ outcome: signal.aborted ? 'aborted' : 'failed', code: null, status: null })
      signal.throwIfAborted()
      throw error
    }
    outcome = { kind: 'failed', error, upstreamStatus: null, retryAfterMs: null }
  }
  const verdict = outcome.kind === 'failed' ? judgeFailure(outcome) : null
  settle(trial, { outcome, verdict, aborted: signal.aborted })
  tell({ outcome: outcome.kind, code: codeOf(outcome), status: statusOf(outcome) })
  return { target, outcome, verdict }
}

function settle(
  trial: Trial,
  { outcome, verdict, aborted }: { outcome: AttemptOutcome; verdict: Verdict | null; aborted: boolean },
): void {
  if (outcome.kind === 'answered') return trial.succeed()
  if (aborted || verdict === 'request' || verdict === 'unsuited') return trial.abandon()
  const retryAfterMs = outcome.kind === 'failed' && verdict === 'passing' ? outcome.retryAfterMs : null
  trial.fail({ message: outcome.error.message, retryAfterMs })
}

function codeOf(outcome: AttemptOutcome): string | null {
  return outcome.kind === 'answered' ? null : outcome.error.code
}

function statusOf(outcome: AttemptOutcome): number | null {
  if (outcome.kind === 'answered') return outcome.status
  return outcome.kind === 'failed' ? (outcome.upstreamStatus ?? outcome.error.status) : null
}
