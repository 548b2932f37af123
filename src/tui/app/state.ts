import type { App, Dialog, Tone } from '../contract.ts'
import type { Area } from '../screen/span.ts'
import type { EditedText } from './edit-text.ts'
import type { FeedClock } from './plan-feeds.ts'
import { emptyTraffic } from './traffic.ts'

/** All that the TUI knows. */
export interface State extends App {
  readonly tab: string
  /** Where the help leads back to. */
  readonly tabBefore: string
  /** What each tab keeps for itself. */
  readonly tabs: Readonly<Record<string, unknown>>
  readonly dialog: Dialog | null
  readonly prompt: Prompt | null
  readonly toasts: readonly Toast[]
  readonly clock: FeedClock
}

/** A line at the bottom of the screen that is being typed. */
export interface Prompt extends EditedText {
  readonly name: string
  readonly label: string
  /** What it goes back to. */
  readonly before: string
  /** What can be completed to. */
  readonly choices: readonly string[]
}

interface Toast {
  readonly tone: Tone
  readonly text: string
  readonly until: number
}

export function initialState(options: {
  target: string
  size: Area
  now: number
  tab: string
  tabs: Readonly<Record<string, unknown>>
}): State {
  const { target, size, now, tab, tabs } = options
  return {
    now,
    size,
    target,
    lost: null,
    data: {},
    traffic: emptyTraffic(now),
    requests: [],
    failures: [],
    tab,
    tabBefore: tab,
    tabs,
    dialog: null,
    prompt: null,
    toasts: [],
    clock: {},
  }
}

/** What tabs are shown in: all but header, tabs and the line of keys, and the banner where there is one. */
export function bodyArea({ size, lost }: Pick<App, 'size' | 'lost'>): Area {
  return { width: size.width, height: Math.max(0, size.height - 3 - (lost ? 1 : 0)) }
}
