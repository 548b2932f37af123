import type { AskEvent, FromEngine } from '../protocol.ts'

/** Long enough for the tokens of several streams to share a message, too short for a reader to notice. */
const collectMs = 16

/** Sends events in groups, and texts that follow one another as one: a message costs as much as many tokens. */
export interface Outbox {
  emit: (event: AskEvent) => void
  /** Nothing more comes of an ask that was cancelled. */
  forget: (id: string) => void
}

export function createOutbox(send: (message: FromEngine) => void): Outbox {
  let events: AskEvent[] = []
  let lastSent = 0
  let timer: NodeJS.Timeout | undefined
  /** Asks of which something was sent: only what follows may wait for company. */
  const begun = new Set<string>()
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    lastSent = performance.now()
    const message: FromEngine = { type: 'events', events }
    events = []
    send(message)
  }
  const emit = (event: AskEvent) => {
    const joined = joinTexts(events.at(-1), event)
    if (joined) events[events.length - 1] = joined
    else events.push(event)
    const quiet = performance.now() - lastSent >= collectMs
    // Only what follows is waited for.
    if (event.type === 'turn') return
    const isText = event.type === 'event' && event.event.type === 'text-delta'
    const canWait = isText && begun.has(event.id)
    if (isText) begun.add(event.id)
    else begun.delete(event.id)
    if (quiet || !canWait) flush()
    else timer ??= setTimeout(flush, collectMs)
  }
  return { emit, forget: (id) => void begun.delete(id) }
}

function joinTexts(last: AskEvent | undefined, next: AskEvent): AskEvent | undefined {
  if (last?.type !== 'event' || next.type !== 'event' || last.id !== next.id) return undefined
  const [before, after] = [last.event, next.event]
  if (before.type !== 'text-delta' || after.type !== 'text-delta' || before.choice !== after.choice) {
    return undefined
  }
  const logprobs = [...(before.logprobs ?? []), ...(after.logprobs ?? [])]
  const event = { ...before, text: before.text + after.text, ...(logprobs.length > 0 && { logprobs }) }
  return { ...last, event }
}
