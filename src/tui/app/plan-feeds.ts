import type { DaemonEvent } from '../../api/events.ts'
import type { Effect } from '../contract.ts'
import { feedSources, type Data, type FeedName } from './feeds.ts'

/** When each list was last asked for, in milliseconds of Date.now(). */
export type FeedClock = { readonly [Name in FeedName]?: FeedTime }

interface FeedTime {
  readonly askedAt: number
  readonly pending: boolean
  /** It has changed since. */
  readonly stale: boolean
}

/** However much happens, a list is asked for no more often. */
const leastMs = 250

/** Asks for those of the wanted lists whose time has come. */
export function planFeeds(
  clock: FeedClock,
  wanted: readonly FeedName[],
  now: number,
): { clock: FeedClock; effects: Effect[] } {
  const due = [...new Set(wanted)].filter((name) => isDue(clock[name], feedSources[name].every, now))
  const asked = due.map((name): [FeedName, FeedTime] => [name, { askedAt: now, pending: true, stale: false }])
  return { clock: { ...clock, ...Object.fromEntries(asked) }, effects: due.map(askFor) }
}

/** Those that came are no longer on their way. */
export function settleFeeds(clock: FeedClock, names: readonly FeedName[]): FeedClock {
  return change(clock, names, { pending: false })
}

/** Those will be asked for again as soon as anyone wants them. */
export function expireFeeds(clock: FeedClock, names: readonly FeedName[]): FeedClock {
  return change(clock, names, { stale: true })
}

/** What changes with these events. */
export function feedsChangedBy(events: readonly DaemonEvent[]): FeedName[] {
  // Nobody knows what those would have told.
  if (events.some(({ type }) => type === 'dropped')) return [...feedNames]
  return feedNames.filter((name) =>
    feedSources[name].events.some((beginning) => events.some(({ type }) => type.startsWith(beginning))),
  )
}

export const feedNames: readonly FeedName[] = Object.keys(feedSources).filter(isFeedName)

export function namesIn(data: Partial<Data>): FeedName[] {
  return Object.keys(data).filter(isFeedName)
}

function isFeedName(name: string): name is FeedName {
  return Object.hasOwn(feedSources, name)
}

function isDue(time: FeedTime | undefined, every: number, now: number): boolean {
  if (!time) return true
  return !time.pending && now - time.askedAt >= (time.stale ? leastMs : every)
}

function askFor(name: FeedName): Effect {
  return {
    type: 'ask',
    what: `List ${name}`,
    run: async (client) => [{ type: 'fed', data: await feedSources[name].ask(client) }],
    failed: (error) => [{ type: 'not-fed', feed: name, error }],
  }
}

function change(clock: FeedClock, names: readonly FeedName[], difference: Partial<FeedTime>): FeedClock {
  const changed = names.flatMap((name): [FeedName, FeedTime][] => {
    const time = clock[name]
    return time ? [[name, { ...time, ...difference }]] : []
  })
  return { ...clock, ...Object.fromEntries(changed) }
}
