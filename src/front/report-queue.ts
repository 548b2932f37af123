import type { EndedStory } from '../http/tell-story.ts'
import type { RequestTracker } from '../http/track-requests.ts'
import type { LogLevel } from '../log.ts'
import type { OpenedRequest, Report } from './protocol.ts'

/** What the daemon is to know of a front's requests, in batches. */
export interface ReportQueue {
  /** Takes a line of the log with its newline. */
  line(line: string, level: LogLevel): void
  /** A request has begun. */
  opened(): void
  /** A request is over. */
  closed(story: EndedStory): void
  /** Sends what waits. */
  flush(): void
}

/** A batch is sent this long after the first thing in it. */
const batchMs = 100

export function createReportQueue({
  requests,
  send,
}: {
  requests: () => ReturnType<RequestTracker['list']>
  send: (report: Report) => void
}): ReportQueue {
  let lines: Report['lines'] = []
  let closed: EndedStory[] = []
  /** What the daemon knows to be open, and whether it knows the model. */
  const announced = new Map<string, boolean>()
  let timer: NodeJS.Timeout | undefined

  const flushSoon = () => {
    timer ??= setTimeout(flush, batchMs)
  }

  /** Most requests are over within a batch, and are told of once. */
  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    const open = requests()
    const news = open.filter(({ id, model }) => announced.get(id) !== (model !== null))
    for (const { id, model } of news) announced.set(id, model !== null)
    const ids = new Set(open.map(({ id }) => id))
    const withdrawn = [...announced.keys()].filter((id) => !ids.has(id))
    for (const id of withdrawn) announced.delete(id)
    const report: Report = { type: 'report', lines, opened: news.map(describe), closed, withdrawn }
    lines = []
    closed = []
    if (report.lines.length + report.opened.length + report.closed.length + withdrawn.length > 0) send(report)
    if (open.some(({ model }) => model === null)) flushSoon()
  }

  return {
    line(line, level) {
      lines.push([line, level])
      // It may be the last thing this process does.
      if (level === 'error') flush()
      else flushSoon()
    },
    opened: flushSoon,
    closed(story) {
      announced.delete(story.id)
      closed.push(story)
      flushSoon()
    },
    flush,
  }
}

function describe(request: ReturnType<RequestTracker['list']>[number]): OpenedRequest {
  const { id, path, model, tokenId, tokenName, startedAt } = request
  return { id, path, model, token: tokenId, token_name: tokenName, started_at: startedAt.toISOString() }
}
