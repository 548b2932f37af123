import type { FromEngine, RequestEvent } from '../protocol.ts'

/** Long enough for the tokens of several streams to share a message, too short for a reader to notice. */
const collectMs = 8

/** Sends request events in groups: a message to the daemon costs about as much as a token's text is worth. */
export function createOutbox(send: (message: FromEngine) => void): (event: RequestEvent) => void {
  let events: RequestEvent[] = []
  let lastSent = 0
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    lastSent = performance.now()
    const message: FromEngine = { type: 'events', events }
    events = []
    send(message)
  }
  return (event) => {
    events.push(event)
    const quiet = performance.now() - lastSent >= collectMs
    if (event.type !== 'text' || quiet) flush()
    else timer ??= setTimeout(flush, collectMs)
  }
}
