/** How a target has been doing. */
export interface TargetHealth {
  /**
   * `cooling`: left alone for a while. `probing`: that time is over, and until one request has succeeded they are let
   * through one at a time.
   */
  state: 'ready' | 'cooling' | 'probing'
  /** What is left of the cooling, in milliseconds; null where there is none. */
  coolingMs: number | null
  /** Of the last failure since the last success. */
  lastError: string | null
}

/** One request's try of a target. What became of it is told once, by `succeed`, `fail` or `abandon`. */
export interface Trial {
  /** The answer has begun: a sign of life, so that others need not wait for the end of it. */
  begin(): void
  succeed(): void
  fail(failure: { message: string; retryAfterMs: number | null }): void
  /** It came to an end that says nothing of the target. */
  abandon(): void
}

/**
 * Knows which targets fail, and keeps requests from those for a while. What is asked at one path says nothing of the
 * others: a model that makes no embeddings chats all the same. Targets are named as `targetKey` has it.
 */
export interface Health {
  /** Undefined while the target cools, and while another request probes it. */
  tryTarget(target: string, path: string): Trial | undefined
  /** Lets the request through in any case. */
  insist(target: string, path: string): Trial
  /** At this path; where none is named, at the one where it fares worst. */
  status(target: string, path?: string): TargetHealth
  /** This provider is reached in another way from now on: nothing that came of the old one counts. */
  forget(provider: string): void
}

/** Failures in a row, within this time, after which a target is left alone. */
const failuresToCool = 3
const windowMs = 60_000
/** The first cooling; each further one without a success between is twice as long, up to the longest. */
const firstCoolingMs = 5000
const longestCoolingMs = 300_000
/** Longest time that a target's Retry-After is honoured for. */
const longestRetryAfterMs = 60_000
/** Clients may name any model of some providers. */
const mostRemembered = 1000

/** Of a target that failed at a path since it last succeeded there; of others nothing is kept. */
interface Trouble {
  target: string
  /** When it failed, the oldest first; only since it was last cooling. */
  failures: number[]
  /** How many coolings there were. */
  coolings: number
  /** When the last one is over; null once an answer has begun since. */
  until: number | null
  /** The one request that finds out whether it answers again. */
  probe: Trial | null
  lastError: string
}

/** @param now Milliseconds of a clock that nobody sets */
export function createHealth({ now }: { now: () => number }): Health {
  const troubles = new Map<string, Trouble>()
  /** Counts what was forgotten: trials from before say nothing. */
  let era = 0

  function cool(trouble: Trouble, ms: number): void {
    trouble.failures = []
    trouble.until = Math.max(trouble.until ?? 0, now() + ms)
  }

  function fail(trouble: Trouble, trial: Trial, message: string, retryAfterMs: number | null): void {
    trouble.lastError = message
    const probed = trouble.probe === trial
    if (probed) trouble.probe = null
    if (retryAfterMs !== null) return cool(trouble, Math.min(retryAfterMs, longestRetryAfterMs))
    // What was under way when the cooling began says nothing new.
    if (!probed && trouble.until !== null) return
    trouble.failures = [...trouble.failures.filter((at) => at > now() - windowMs), now()]
    if (!probed && trouble.failures.length < failuresToCool) return
    cool(trouble, Math.min(firstCoolingMs * 2 ** trouble.coolings, longestCoolingMs))
    trouble.coolings += 1
  }

  function remember(key: string, target: string): Trouble {
    const trouble: Trouble = { target, failures: [], coolings: 0, until: null, probe: null, lastError: '' }
    const [oldest] = troubles.keys()
    if (oldest !== undefined && troubles.size >= mostRemembered) troubles.delete(oldest)
    troubles.set(key, trouble)
    return trouble
  }

  function createTrial(key: string, target: string): Trial {
    const began = era
    const trial: Trial = {
      begin() {
        const trouble = troubles.get(key)
        if (trouble?.probe !== trial) return
        trouble.probe = null
        trouble.until = null
      },
      succeed: () => void troubles.delete(key),
      fail({ message, retryAfterMs }) {
        if (began !== era) return trial.abandon()
        fail(troubles.get(key) ?? remember(key, target), trial, message, retryAfterMs)
      },
      abandon() {
        const trouble = troubles.get(key)
        if (trouble?.probe === trial) trouble.probe = null
      },
    }
    return trial
  }

  function describe(trouble: Trouble | undefined): TargetHealth {
    if (!trouble) return { state: 'ready', coolingMs: null, lastError: null }
    const { until, lastError } = trouble
    if (until === null) return { state: 'ready', coolingMs: null, lastError }
    if (until <= now()) return { state: 'probing', coolingMs: null, lastError }
    return { state: 'cooling', coolingMs: until - now(), lastError }
  }

  /** Those that cool the longest are the last. */
  const worst = (target: string): Trouble | undefined =>
    [...troubles.values()]
      .filter((trouble) => trouble.target === target)
      .toSorted((a, b) => (a.until ?? 0) - (b.until ?? 0))
      .at(-1)

  return {
    tryTarget(target, path) {
      const key = keyOf(target, path)
      const trouble = troubles.get(key)
      const trial = createTrial(key, target)
      if (!trouble || trouble.until === null) return trial
      if (trouble.until > now() || trouble.probe) return undefined
      trouble.probe = trial
      return trial
    },
    insist: (target, path) => createTrial(keyOf(target, path), target),
    status: (target, path) =>
      describe(path === undefined ? worst(target) : troubles.get(keyOf(target, path))),
    forget(provider) {
      era += 1
      for (const [key, { target }] of troubles) if (target.startsWith(`${provider}/`)) troubles.delete(key)
    },
  }
}

/** No path has a space. */
function keyOf(target: string, path: string): string {
  return `${path} ${target}`
}
