import type { DaemonEvent } from '../api/events.ts'
import type { LogEntry } from '../api/logs.ts'
import type { RequestStory } from '../api/requests.ts'
import type { Client } from '../client/create-client.ts'
import type { LlmdError } from '../errors.ts'
import type { Data, FeedName } from './app/feeds.ts'
import type { RequestRow } from './app/request-rows.ts'
import type { Traffic } from './app/traffic.ts'
import type { Area, Click, Line } from './screen/span.ts'

/** The words that the parts of the TUI speak to each other: messages go in, states and effects come out. */

/** Something that happened. */
export type Message =
  /** `key` is `a`, `A`, `enter`, `up`, `C-c` and the like; `text` is there where it can be typed. */
  | { readonly type: 'key'; readonly key: string; readonly text?: string }
  | Click
  /** Rows, downwards. */
  | { readonly type: 'wheel'; readonly by: number }
  | { readonly type: 'resize'; readonly size: Area }
  /** Twice a second; `now` as of Date.now(). */
  | { readonly type: 'tick'; readonly now: number }
  | { readonly type: 'connected'; readonly now: number }
  | { readonly type: 'disconnected'; readonly reason: string; readonly now: number }
  | { readonly type: 'events'; readonly events: readonly DaemonEvent[]; readonly now: number }
  | { readonly type: 'log'; readonly entries: readonly LogEntry[] }
  /** So many lines came faster than they could be read. */
  | { readonly type: 'log-lost'; readonly count: number }
  /** What stands in a prompt that a tab opened, with each key. */
  | { readonly type: 'typed'; readonly prompt: string; readonly text: string }
  /** What came of an effect. */
  | { readonly type: 'follow-up'; readonly effects: readonly Effect[] }

/** Something to be done. */
export type Effect =
  /** Asks the daemon; what comes of it is done next. Where it fails, `failed` says what is done instead of telling. */
  | {
      readonly type: 'ask'
      /** As in `Load qwen3`, for the message where it fails. */
      readonly what: string
      run(client: Client): Promise<readonly Effect[]>
      failed?(error: LlmdError): readonly Effect[]
    }
  | { readonly type: 'toast'; readonly tone: Tone; readonly text: string }
  | { readonly type: 'go'; readonly tab: string }
  | { readonly type: 'open'; readonly dialog: Dialog }
  | { readonly type: 'close' }
  /** Asks for a line of text at the bottom of the screen. */
  | {
      readonly type: 'prompt'
      readonly name: string
      readonly label: string
      readonly text: string
      readonly choices?: readonly string[]
    }
  /** What was asked for is here. */
  | { readonly type: 'fed'; readonly data: Partial<Data> }
  | { readonly type: 'told'; readonly story: RequestStory }
  | { readonly type: 'not-fed'; readonly feed: FeedName; readonly error: LlmdError }
  /** These lists have changed. */
  | { readonly type: 'refresh'; readonly feeds: readonly FeedName[] }
  /** Of the form that is open: what the check found, or why it could not be sent. */
  | { readonly type: 'form-issues'; readonly form: string; readonly issues: readonly Issue[] }
  | { readonly type: 'form-send'; readonly form: string }
  /** What there is to choose from for a field of the form that is open. */
  | {
      readonly type: 'form-pick'
      readonly form: string
      readonly field: string
      readonly choices: readonly string[]
    }
  | { readonly type: 'follow-log' }
  /** To the clipboard of the terminal. */
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'suspend' }
  | { readonly type: 'redraw' }
  | { readonly type: 'quit' }

export type Tone = 'good' | 'warn' | 'bad'

/** What a form's check says of a field; of none where it is about the whole. */
export interface Issue {
  readonly field: string | null
  readonly message: string
}

export type Dialog = ConfirmDialog | TextDialog | FormDialog | PickDialog

/** Asks before something is done. */
export interface ConfirmDialog {
  readonly kind: 'confirm'
  readonly title: string
  readonly text: string
  /** What the key `y` does, as in `Remove`. */
  readonly yes: string
  readonly effects: readonly Effect[]
}

/** Something to read. */
export interface TextDialog {
  readonly kind: 'text'
  readonly title: string
  readonly lines: readonly Line[]
  readonly offset: number
  /** What the key `c` copies. */
  readonly copy?: string
  /** It is never shown again, so only esc closes it. */
  readonly once?: true
}

/** A form that is being filled in. */
export interface FormDialog {
  readonly kind: 'form'
  readonly form: Form
  readonly values: Values
  readonly focus: number
  readonly cursor: number
  readonly issues: readonly Issue[]
  /** The check is on its way, or the daemon was asked. */
  readonly busy: boolean
}

/** Some of many are chosen for a field of a form, which it goes back to. */
export interface PickDialog {
  readonly kind: 'pick'
  readonly form: FormDialog
  readonly field: Field
  readonly pick: ChoiceList
  readonly choices: readonly string[]
  /** In the order in which they were chosen. */
  readonly chosen: readonly string[]
  /** Only choices with this text in them are shown. */
  readonly filter: string
  /** Among those that are shown. */
  readonly index: number
}

/** What was entered, by the names of the fields; a switch is `yes` or `no`. */
export type Values = Readonly<Record<string, string>>

/** What a form asks for, and what becomes of it. */
export interface Form {
  /** Told apart from others by this. */
  readonly id: string
  readonly title: string
  readonly submit: string
  readonly initial: Values
  /** They may depend on what was entered so far. */
  fields(values: Values): readonly Field[]
  /** What the API is sent. @throws LlmdError where a field cannot be read, with its path as `param` */
  body(values: Values): unknown
  /** What the API's own schema says of it. */
  check(body: unknown): Promise<readonly Issue[]>
  /** Sends it; the form is closed, and then what it returned is done. */
  send(client: Client, body: unknown): Promise<readonly Effect[]>
}

export interface Field {
  readonly name: string
  readonly label: string
  readonly kind: 'text' | 'secret' | 'choice' | 'switch'
  readonly hint?: string
  readonly choices?: readonly string[]
  /** Where the API names this field otherwise, as in `options.context`. */
  readonly path?: string
  /** Of a text that is names with spaces between: they can also be chosen from a list. */
  readonly pick?: ChoiceList
}

/** A list to choose from. */
export interface ChoiceList {
  readonly title: string
  /** How many can be chosen; where it is one, it takes the place of the one before. */
  readonly most: number
  load(client: Client, values: Values): Promise<readonly string[]>
}

/** What everything may look at. */
export interface App {
  readonly now: number
  readonly size: Area
  /** The daemon, as in `unix:///run/llmd.sock`. */
  readonly target: string
  /** Null while the daemon answers. */
  readonly lost: { readonly since: number; readonly reason: string } | null
  /** Whatever was asked for and came. */
  readonly data: Partial<Data>
  readonly traffic: Traffic
  /** Open ones and the last few hundred that are over, the newest first. */
  readonly requests: readonly RequestRow[]
  /** The newest first. */
  readonly failures: readonly Failure[]
}

/** Something that went wrong in the daemon. */
export interface Failure {
  readonly at: number
  readonly where: string
  readonly message: string
}

export interface Update<State> {
  readonly state: State
  readonly effects?: readonly Effect[]
}

/** Something that can be done in a tab: by its key, by a click at the bottom, and as a command. */
export interface Action<State> {
  /** Of the command. */
  readonly name: string
  readonly key: string
  /** At the bottom of the screen, one or two words. */
  readonly title: string
  /** In the help, one line. */
  readonly help: string
  /** Whether it can be done now; without it, always. */
  ready?(state: State, app: App): boolean
  /** `argument` is what stood behind the command. */
  run(state: State, app: App, argument?: string): Update<State>
  /** What may stand behind the command. */
  choices?(app: App): readonly string[]
}

/** One of the views. All of it is pure. README.md tells how one is made. */
export interface Tab<State> {
  readonly id: string
  readonly title: string
  /** What it shows, kept fresh while it does. */
  readonly feeds: readonly FeedName[]
  /** What it shows beside that just now. */
  feedsNow?(state: State): readonly FeedName[]
  readonly initial: State
  readonly actions: readonly Action<State>[]
  /** Gets the keys that nobody else takes while it is shown, and all that comes from the daemon at any time. */
  reduce(state: State, message: Message, app: App): Update<State>
  /** What is shown in so many columns and rows. */
  view(state: State, app: App, area: Area): readonly Line[]
  /** Done whenever it comes to be shown. */
  entered?(state: State, app: App): readonly Effect[]
}

/** Of a tab that keeps its own state to itself. */
export type AnyTab = Tab<unknown>
