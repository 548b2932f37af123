import type { EventBus } from '../events/create-event-bus.ts'
import { concludeRequest } from '../http/conclude-request.ts'
import { tellStory, type EndedStory } from '../http/tell-story.ts'
import type { OpenRequest } from '../http/open-request.ts'
import type { RequestTracker } from '../http/track-requests.ts'
import type { LogLevel } from '../log.ts'
import type { Ledger } from '../usage/ledger.ts'
import type { OpenedRequest, Report } from './protocol.ts'

/** Where it goes what a front tells. */
export interface ReportTakers {
  requests: Pick<RequestTracker, 'open' | 'record'>
  ledger: Pick<Ledger, 'record'>
  events: Pick<EventBus, 'publish'>
  watchRequest: (story: EndedStory) => void
  writeLog: (line: string, level: LogLevel) => void
}

/** The requests of one front, as far as the daemon knows. */
export interface ReportTaker {
  take(report: Report): void
  /** The front is gone, and so are the answers it was giving: they end with a failure. Returns how many there were. */
  abandon(): number
  readonly active: number
  readonly served: number
}

/** @param options.cancel has the front end a request */
export function createReportTaker(options: ReportTakers & { cancel: (id: string) => void }): ReportTaker {
  const { requests, ledger, events, watchRequest, writeLog, cancel } = options
  const adopted = new Map<string, OpenRequest>()
  let served = 0

  const begin = ({ id, path, model, token_name }: OpenedRequest) =>
    events.publish({ type: 'request.started', request_id: id, path, model, token_name })

  function adopt(opened: OpenedRequest): void {
    const { id, path, model, token, token_name, started_at } = opened
    const known = adopted.get(id)
    const request = known ?? requests.open({ id, path, counted: true, startedAt: new Date(started_at) })
    Object.assign(request, { model, tokenId: token, tokenName: token_name })
    if (model !== null) begin(opened)
    if (known) return
    adopted.set(id, request)
    request.signal.addEventListener('abort', () => {
      // At the end of the daemon each front ends its own.
      if (request.signal.reason?.code === 'request_cancelled') cancel(id)
    })
  }

  function withdraw(id: string): OpenRequest | undefined {
    const request = adopted.get(id)
    adopted.delete(id)
    request?.withdraw()
    return request
  }

  function conclude(story: EndedStory): void {
    served += 1
    const known = withdraw(story.id)
    // What is refused at once never reaches a model.
    const isNews = story.route !== null && (known?.model ?? null) === null
    if (isNews) begin(story)
    requests.record(story)
    concludeRequest(story, { ledger, events, watchRequest })
  }

  return {
    take({ lines, opened, closed, withdrawn }) {
      for (const [line, level] of lines) writeLog(line, level)
      for (const request of opened) adopt(request)
      for (const id of withdrawn) withdraw(id)
      for (const story of closed) conclude(story)
    },
    abandon() {
      const lost = [...adopted.values()]
      for (const request of lost) conclude(tellStory(request, { status: 500, code: 'internal_error' }))
      return lost.length
    },
    get active() {
      return adopted.size
    },
    get served() {
      return served
    },
  }
}
