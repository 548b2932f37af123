import { toLlmdError, type LlmdError } from '../errors.ts'
import type { IssuerKeys } from './fetch-keys.ts'

/** The keys of one issuer: kept, and fetched again now and then. */
export interface KeySet {
  /** Those to go by now; undefined where there are none yet, or none that are recent enough. No I/O is waited for. */
  current(): IssuerKeys | undefined
  /** Those to go by now, fetched where that is needed. @throws LlmdError `issuer_unreachable` */
  load(): Promise<IssuerKeys>
  /** Others than these, for a JWT that names none of them; undefined where there are none, or that was asked just now. */
  renew(known: IssuerKeys): Promise<IssuerKeys | undefined>
  /** Fetches them in any case. @throws LlmdError `issuer_unreachable` */
  fetch(): Promise<IssuerKeys>
  readonly known: IssuerKeys | undefined
  readonly fetchedAt: Date | null
  readonly lastError: LlmdError | undefined
}

/** When they are this old, whoever uses them has them fetched again meanwhile. */
const freshMs = 10 * 60_000
/** How long they serve while the issuer cannot be reached. */
const staleMs = 24 * 3_600_000
/** Forged JWTs name keys that nobody has: not each of them is worth a question. */
const cooldownMs = 30_000
const retryMs = 5000

/** @param options.now milliseconds of a clock that nobody sets */
export function createKeySet({
  fetchKeys,
  now = () => performance.now(),
}: {
  fetchKeys: () => Promise<IssuerKeys>
  now?: () => number
}): KeySet {
  let known: IssuerKeys | undefined
  let fetched = { at: Number.NEGATIVE_INFINITY, date: null as Date | null }
  let triedAt = Number.NEGATIVE_INFINITY
  let lastError: LlmdError | undefined
  let pending: Promise<IssuerKeys> | undefined

  async function attempt(): Promise<IssuerKeys> {
    triedAt = now()
    try {
      const next = await fetchKeys()
      // The same keys stay the same object, by which one sees that nothing has changed.
      if (known?.text !== next.text) known = next
      fetched = { at: now(), date: new Date() }
      lastError = undefined
      return known
    } catch (error) {
      lastError = toLlmdError(error)
      throw lastError
    } finally {
      pending = undefined
    }
  }

  const fetch = () => (pending ??= attempt())
  const mayFetch = () => pending !== undefined || now() - triedAt >= (lastError ? retryMs : cooldownMs)

  function current(): IssuerKeys | undefined {
    if (!known) return undefined
    const age = now() - fetched.at
    // A failure is told by `lastError`, and met again.
    if (age >= freshMs && pending === undefined && mayFetch()) fetch().catch(() => {})
    return age < staleMs ? known : undefined
  }

  return {
    current,
    async load() {
      const keys = current()
      if (keys) return keys
      if (lastError && !mayFetch()) throw lastError
      return fetch()
    },
    async renew(others) {
      if (known !== others) return current()
      if (!mayFetch()) return undefined
      const keys = await fetch().catch(() => undefined)
      return keys === others ? undefined : keys
    },
    fetch,
    get known() {
      return known
    },
    get fetchedAt() {
      return fetched.date
    },
    get lastError() {
      return lastError
    },
  }
}
