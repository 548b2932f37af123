import type { DaemonEvent } from '../../api/events.ts'
import type { Action, AnyTab, Effect, Message, Update } from '../contract.ts'
import { reduceDialog } from '../dialogs/reduce-dialog.ts'
import type { Click } from '../screen/span.ts'
import { findCommand } from './commands.ts'
import { followFailures } from './failures.ts'
import { performEffect } from './perform-effect.ts'
import { expireFeeds, feedNames, feedsChangedBy, planFeeds } from './plan-feeds.ts'
import { promptFor, reducePrompt } from './prompt.ts'
import { followRequests } from './request-rows.ts'
import type { State } from './state.ts'
import { advanceTraffic, countTraffic } from './traffic.ts'

/** What becomes of a message, and what has to be done outside. */
export type Reducer = (state: State, message: Message) => Update<State>

const alwaysFed = ['status'] as const

function onEvents(state: State, events: readonly DaemonEvent[], now: number): State {
  return {
    ...state,
    traffic: countTraffic(state.traffic, events, now),
    requests: followRequests(state.requests, events, now),
    failures: followFailures(state.failures, events, now),
    clock: expireFeeds(state.clock, feedsChangedBy(events)),
  }
}

/** The one place where the state changes. It is pure: what cannot be done here is returned as effects. */
export function createReducer(tabs: readonly AnyTab[]): Reducer {
  const tabOf = (id: string) => tabs.find((tab) => tab.id === id)

  /** Lets a tab have its say. */
  function inTab(
    state: State,
    id: string,
    change: (own: unknown, tab: AnyTab) => Update<unknown>,
  ): Update<State> {
    const tab = tabOf(id)
    if (!tab) return { state }
    const { state: own, effects = [] } = change(state.tabs[id], tab)
    return { state: { ...state, tabs: { ...state.tabs, [id]: own } }, effects }
  }

  function inAllTabs(state: State, message: Message): Update<State> {
    return tabs.reduce<Update<State>>(
      ({ state: current, effects = [] }, { id }) => {
        const next = inTab(current, id, (own, tab) => tab.reduce(own, message, current))
        return { state: next.state, effects: [...effects, ...(next.effects ?? [])] }
      },
      { state },
    )
  }

  function act(state: State, id: string, action: Action<unknown>, argument?: string): Update<State> {
    if (action.ready?.(state.tabs[id], state) === false && argument === undefined) {
      return {
        state,
        effects: [{ type: 'toast', tone: 'warn', text: `There is nothing to ${action.name} here.` }],
      }
    }
    return inTab(state, id, (own) => action.run(own, state, argument))
  }

  function go(state: State, id: string): Update<State> {
    const tab = tabOf(id)
    if (!tab || id === state.tab) return { state }
    const entered = { ...state, tab: id, tabBefore: state.tab, prompt: null }
    return { state: entered, effects: tab.entered?.(entered.tabs[id], entered) ?? [] }
  }

  function beside(state: State, by: number): Update<State> {
    const index = tabs.findIndex(({ id }) => id === state.tab)
    return go(state, tabs[(index + by + tabs.length) % tabs.length]?.id ?? state.tab)
  }

  function onClick(state: State, click: Click): Update<State> {
    if (click.type === 'key') return onKey(state, click)
    if (state.dialog) return reduceDialog(state, click)
    if (click.type === 'go') return go(state, click.tab)
    if (click.type === 'row') return inTab(state, state.tab, (own, tab) => tab.reduce(own, click, state))
    const action = tabOf(state.tab)?.actions.find(({ name }) => name === click.action)
    return action ? act(state, state.tab, action, click.argument) : { state }
  }

  function onKey(state: State, message: { readonly key: string; readonly text?: string }): Update<State> {
    const { key } = message
    if (key === 'C-c') return { state, effects: [{ type: 'quit' }] }
    if (key === 'C-z') return { state, effects: [{ type: 'suspend' }] }
    if (key === 'C-l') return { state, effects: [{ type: 'redraw' }] }
    if (state.dialog) return reduceDialog(state, { ...message, type: 'key' })
    if (state.prompt) return onPromptKey(state, message)
    const tab = tabOf(state.tab)
    const action = tab?.actions.find((one) => one.key === key)
    if (action) return act(state, state.tab, action)
    if (/^[1-9]$/.test(key)) return go(state, tabs[Number(key) - 1]?.id ?? state.tab)
    switch (key) {
      case 'q':
        return { state, effects: [{ type: 'quit' }] }
      case ':':
        return { state: { ...state, prompt: promptFor({ name: ':', label: ':' }) } }
      case '?':
        return go(state, state.tab === 'help' ? state.tabBefore : 'help')
      case 'right':
      case 'l':
      case 'tab':
        return beside(state, 1)
      case 'left':
      case 'h':
      case 'S-tab':
        return beside(state, -1)
      case 'escape':
        if (state.tab === 'help') return go(state, state.tabBefore)
        break
    }
    return inTab(state, state.tab, (own, shown) => shown.reduce(own, { ...message, type: 'key' }, state))
  }

  function onPromptKey(
    state: State,
    message: { readonly key: string; readonly text?: string },
  ): Update<State> {
    const { state: next, line, typed } = reducePrompt(state, message, tabs)
    if (line !== undefined) return runCommand(next, line)
    if (typed === undefined) return { state: next }
    return inTab(next, next.tab, (own, tab) => tab.reduce(own, typed, next))
  }

  function runCommand(state: State, line: string): Update<State> {
    const command = findCommand(line, tabs, state.tab)
    switch (command.kind) {
      case 'none':
        return { state }
      case 'quit':
        return { state, effects: [{ type: 'quit' }] }
      case 'go':
        return go(state, command.tab)
      case 'act': {
        const there = go(state, command.tab)
        const done = act(there.state, command.tab, command.action, command.argument)
        return { state: done.state, effects: [...(there.effects ?? []), ...(done.effects ?? [])] }
      }
      default:
        return {
          state,
          effects: [{ type: 'toast', tone: 'warn', text: `There is no command ${line.trim()}.` }],
        }
    }
  }

  function step(state: State, message: Message): Update<State> {
    switch (message.type) {
      case 'key':
        return onKey(state, message)
      case 'go':
      case 'act':
      case 'row':
        return onClick(state, message)
      case 'wheel':
        if (state.dialog) return reduceDialog(state, message)
        return inTab(state, state.tab, (own, tab) => tab.reduce(own, message, state))
      case 'resize':
        return { state: { ...state, size: message.size } }
      case 'tick': {
        const { now } = message
        const toasts = state.toasts.filter(({ until }) => until > now)
        const ticked = { ...state, now, toasts, traffic: advanceTraffic(state.traffic, now) }
        return inTab(ticked, ticked.tab, (own, tab) => tab.reduce(own, message, ticked))
      }
      case 'connected': {
        // Another daemon may know other things, and has other requests.
        const clock = state.lost ? expireFeeds(state.clock, feedNames) : state.clock
        const news: Effect[] = state.lost
          ? [{ type: 'toast', tone: 'good', text: 'The daemon is there again.' }]
          : []
        return { state: { ...state, now: message.now, lost: null, clock }, effects: news }
      }
      case 'disconnected': {
        const { reason, now } = message
        return { state: { ...state, lost: { since: state.lost?.since ?? now, reason } } }
      }
      case 'events':
        return inAllTabs(onEvents(state, message.events, message.now), message)
      case 'log':
      case 'log-lost':
        return inAllTabs(state, message)
      case 'follow-up':
        return { state, effects: message.effects }
      default:
        return { state }
    }
  }

  /** Asks for what the shown tab lacks. */
  function feed({ state, effects = [] }: Update<State>): Update<State> {
    if (state.lost) return { state, effects }
    const tab = tabOf(state.tab)
    const wanted = [...alwaysFed, ...(tab?.feeds ?? []), ...(tab?.feedsNow?.(state.tabs[state.tab]) ?? [])]
    const plan = planFeeds(state.clock, wanted, state.now)
    return { state: { ...state, clock: plan.clock }, effects: [...effects, ...plan.effects] }
  }

  return (state, message) => {
    const first = step(state, message)
    let current = first.state
    const outside: Effect[] = []
    const waiting = [...(first.effects ?? [])]
    for (let effect = waiting.shift(); effect; effect = waiting.shift()) {
      if (effect.type === 'go') {
        const gone = go(current, effect.tab)
        current = gone.state
        waiting.push(...(gone.effects ?? []))
        continue
      }
      const performed = performEffect(current, effect)
      if (!performed) outside.push(effect)
      else {
        current = performed.state
        waiting.push(...(performed.effects ?? []))
      }
    }
    return feed({ state: current, effects: outside })
  }
}
