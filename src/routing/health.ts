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

/** Knows which targets fail, and keeps requests from those for a while. */
export interface Health {
  /** Undefined while the target cools, and while another request probes it. */
  tryTarget(key: string): Trial | undefined
  /** Lets the request through in any case. */
  insist(key: string): Trial
  status(key: string): TargetHealth
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

/** Of a target that failed since it last succeeded; of others nothing is kept. */
interface Trouble {
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

  function cool(trouble: Trouble, ms: number): void {
    trouble.failures = []
    trouble.until = Math.max(trouble.until ?? 0, now() + ms)
  }

  function fail(key: string, trial: Trial, message: string, retryAfterMs: number | null): void {
    const trouble = troubles.get(key) ?? remember(key)
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

  function remember(key: string): Trouble {
    const trouble: Trouble = { failures: [], coolings: 0, until: null, probe: null, lastError: '' }
    const [oldest] = troubles.keys()
    if (oldest !== undefined && troubles.size >= mostRemembered) troubles.delete(oldest)
    troubles.set(key, trouble)
    return trouble
  }

  function createTrial(key: string): Trial {
    const trial: Trial = {
      begin() {
        const trouble = troubles.get(key)
        if (trouble?.probe !== trial) return
        trouble.probe = null
        trouble.until = null
      },
      succeed: () => void troubles.delete(key),
      fail: ({ message, retryAfterMs }) => fail(key, trial, message, retryAfterMs),
      abandon() {
        const trouble = troubles.get(key)
        if (trouble?.probe === trial) trouble.probe = null
      },
    }
    return trial
  }

  return {
    tryTarget(key) {
      const trouble = troubles.get(key)
      const trial = createTrial(key)
      if (!trouble || trouble.until === null) return trial
      if (trouble.until > now() || trouble.probe) return undefined
      trouble.probe = trial
      return trial
    },
    insist: createTrial,
    status(key) {
      const trouble = troubles.get(key)
      if (!trouble) return { state: 'ready', coolingMs: null, lastError: null }
      const { until, lastError } = trouble
      if (until === null) return { state: 'ready', coolingMs: null, lastError }
      if (until <= now()) return { state: 'probing', coolingMs: null, lastError }
      return { state: 'cooling', coolingMs: until - now(), lastError }
    },
  }
}
