import { randomInt } from 'node:crypto'
import type { OutputEvent } from './output-event.ts'

/** Gathers events; neighbouring deltas of one kind become one. */
export interface EventSink {
  text(text: string): void
  reasoning(text: string): void
  /** Begins the next call; arguments and the end are those of the latest. */
  startCall(name: string): void
  callArguments(text: string): void
  endCall(): void
  /** The events since the last take. */
  take(): OutputEvent[]
}

export function createEventSink(): EventSink {
  let events: OutputEvent[] = []
  let calls = 0
  return {
    text(text) {
      const last = events.at(-1)
      if (last?.type === 'text-delta') last.text += text
      else if (text !== '') events.push({ type: 'text-delta', text })
    },
    reasoning(text) {
      const last = events.at(-1)
      if (last?.type === 'reasoning-delta') last.text += text
      else if (text !== '') events.push({ type: 'reasoning-delta', text })
    },
    startCall(name) {
      events.push({ type: 'tool-call-start', index: calls, id: createCallId(), name })
      calls++
    },
    callArguments(text) {
      const last = events.at(-1)
      if (last?.type === 'tool-call-delta') last.arguments += text
      else if (text !== '') events.push({ type: 'tool-call-delta', index: calls - 1, arguments: text })
    },
    endCall() {
      events.push({ type: 'tool-call-end', index: calls - 1 })
    },
    take() {
      const taken = events
      events = []
      return taken
    },
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

function createCallId(): string {
  return `call_${Array.from({ length: 24 }, () => alphabet[randomInt(alphabet.length)]).join('')}`
}
