import type { Effect, Update } from '../contract.ts'
import { settleForm } from '../dialogs/form.ts'
import { openPick } from '../dialogs/pick.ts'
import { expireFeeds, namesIn, settleFeeds } from './plan-feeds.ts'
import { promptFor } from './prompt.ts'
import { matchRequests, tellRequest } from './request-rows.ts'
import type { State } from './state.ts'

/** How long a message stays, in milliseconds. */
const stay = { good: 4000, warn: 6000, bad: 10_000 }
const mostToasts = 3

/** Does what concerns the state alone; undefined for what has to be done outside. */
export function performEffect(state: State, effect: Effect): Update<State> | undefined {
  switch (effect.type) {
    case 'toast': {
      const { tone, text } = effect
      const others = state.toasts.filter((toast) => toast.text !== text)
      const toasts = [...others, { tone, text, until: state.now + stay[tone] }].slice(-mostToasts)
      return { state: { ...state, toasts } }
    }
    case 'open':
      return { state: { ...state, dialog: effect.dialog, prompt: null } }
    case 'close':
      return { state: { ...state, dialog: null } }
    case 'prompt':
      return { state: { ...state, prompt: promptFor(effect) } }
    case 'fed': {
      const clock = settleFeeds(state.clock, namesIn(effect.data))
      const { requests: open } = effect.data
      const requests = open ? matchRequests(state.requests, open, state.now) : state.requests
      return { state: { ...state, clock, requests, data: { ...state.data, ...effect.data } } }
    }
    case 'told':
      return { state: { ...state, requests: tellRequest(state.requests, effect.story) } }
    case 'not-fed': {
      const { feed, error } = effect
      // The stream of events says that the daemon is gone, once for all that was asked.
      const tell = error.code !== 'daemon_unreachable'
      const text = `${feed}: ${error.message}`
      return {
        state: { ...state, clock: settleFeeds(state.clock, [feed]) },
        effects: tell ? [{ type: 'toast', tone: 'bad', text }] : [],
      }
    }
    case 'refresh':
      return { state: { ...state, clock: expireFeeds(state.clock, effect.feeds) } }
    case 'form-pick':
      return openPick(state, effect)
    case 'form-issues':
    case 'form-send':
      return settleForm(state, effect)
    default:
      return undefined
  }
}
