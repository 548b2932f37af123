import type { Client } from '../../src/client/create-client.ts'
import { toLlmdError } from '../../src/errors.ts'
import { createReducer } from '../../src/tui/app/create-reducer.ts'
import { initialState, type State } from '../../src/tui/app/state.ts'
import { viewFrame } from '../../src/tui/app/view-frame.ts'
import type { AnyTab, Effect, Message } from '../../src/tui/contract.ts'
import { clickAt } from '../../src/tui/run/click-at.ts'
import { textOf, widthOf, type Line } from '../../src/tui/screen/span.ts'
import { createTabs } from '../../src/tui/tabs/create-tabs.ts'

/** 2026-01-31, noon, in UTC. */
export const noon = Date.UTC(2026, 0, 31, 12)

/** The TUI without a terminal and without a daemon: messages in, pictures out. */
export interface OpenedApp {
  readonly state: State
  /** What was to be done outside and is not done yet. */
  readonly effects: readonly Effect[]
  send(message: Message): void
  /** Keys by their names; one with several characters and a blank before it is typed letter by letter. */
  press(...keys: string[]): void
  type(text: string): void
  click(text: string): void
  lines(): readonly Line[]
  screen(): string
  /** Has a client answer what was asked, and what follows from that. */
  settle(): Promise<void>
}

export function openApp({
  client = {},
  width = 80,
  height = 24,
  tabs = createTabs(),
}: { client?: Partial<Client>; width?: number; height?: number; tabs?: readonly AnyTab[] } = {}): OpenedApp {
  const reduce = createReducer(tabs)
  let state = initialState({
    target: 'local',
    size: { width, height },
    now: noon,
    tab: tabs[0]!.id,
    tabs: Object.fromEntries(tabs.map(({ id, initial }) => [id, initial])),
  })
  let effects: Effect[] = []

  const send = (message: Message) => {
    const next = reduce(state, message)
    state = next.state
    effects = [...effects, ...(next.effects ?? [])]
  }
  const lines = () => viewFrame(state, tabs)
  const screen = () => textOf(lines())
  return {
    get state() {
      return state
    },
    get effects() {
      return effects
    },
    send,
    press(...keys) {
      for (const key of keys) {
        const isTyped = /^.$/su.test(key)
        send({ type: 'key', key, ...(isTyped && { text: key }), ...(key === 'space' && { text: ' ' }) })
      }
    },
    type(text) {
      for (const character of text) {
        send({ type: 'key', key: character === ' ' ? 'space' : character, text: character })
      }
    },
    click(text) {
      const row = screen()
        .split('\n')
        .findIndex((line) => line.includes(text))
      const line = lines()[row] ?? []
      const before = textOf([line]).split(text)[0] ?? ''
      const click = clickAt(lines(), widthOf([{ text: before }]), row)
      if (!click) throw new Error(`Nothing happens on a click on ${text}.`)
      send(click)
    },
    lines,
    screen,
    async settle() {
      while (effects.some(({ type }) => type === 'ask')) {
        const asked = effects.filter((effect) => effect.type === 'ask')
        effects = effects.filter(({ type }) => type !== 'ask')
        for (const ask of asked) {
          try {
            send({ type: 'follow-up', effects: await ask.run(client as Client) })
          } catch (thrown) {
            const error = toLlmdError(thrown)
            const told: Effect = { type: 'toast', tone: 'bad', text: `${ask.what}: ${error.message}` }
            send({ type: 'follow-up', effects: ask.failed?.(error) ?? [told] })
          }
        }
      }
    },
  }
}
