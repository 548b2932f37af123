import { describe, expect, it, vi } from 'vitest'
import { LlmdError } from '../../src/errors.ts'
import { createEventBus } from '../../src/events/create-event-bus.ts'
import { createReportQueue } from '../../src/front/report-queue.ts'
import { createReportTaker } from '../../src/front/take-reports.ts'
import { trackRequests } from '../../src/http/track-requests.ts'
import type { UsageRow } from '../../src/usage/ledger.ts'

/** A front's queue whose reports reach a daemon's taker. */
function connect() {
  const front = trackRequests()
  const daemon = trackRequests()
  const rows: UsageRow[] = []
  const lines: string[] = []
  const cancelled: string[] = []
  const watched: string[] = []
  const events = createEventBus()
  const seen = events.subscribe()
  const taker = createReportTaker({
    requests: daemon,
    ledger: { record: (row) => void rows.push(row) },
    events,
    watchRequest: ({ id }) => void watched.push(id),
    writeLog: (line) => void lines.push(line),
    cancel: (id) => void cancelled.push(id),
  })
  const sent: object[] = []
  const queue = createReportQueue({
    requests: () => front.list(),
    send(report) {
      sent.push(report)
      taker.take(structuredClone(report))
    },
  })
  const told = () => {
    const types: string[] = []
    for (let event = seen.take(); event; event = seen.take()) types.push(event.type)
    return types.filter((type) => type !== 'opened')
  }
  const begin = (id: string, model: string | null) => {
    const request = front.open({ id, path: '/v1/chat/completions', counted: true })
    request.model = model
    if (model !== null) request.route = { strategy: null, targets: [`lab/${model}`] }
    queue.opened()
    return request
  }
  return { front, daemon, queue, taker, rows, lines, cancelled, watched, sent, told, begin }
}

describe('reports of a front', () => {
  it('tell once of what is over soon', () => {
    const { daemon, queue, rows, watched, sent, told, begin } = connect()
    const request = begin('req_1', 'big')
    request.use({ promptTokens: 5, completionTokens: 2 })
    queue.closed(request.close({ status: 200, code: null }))
    queue.flush()
    expect(sent).toMatchObject([{ opened: [], closed: [{ id: 'req_1' }] }])
    expect(rows).toMatchObject([
      { id: 'req_1', model: 'big', promptTokens: 5, completionTokens: 2, status: 200 },
    ])
    expect(watched).toEqual(['req_1'])
    expect(told()).toEqual(['request.started', 'request.finished'])
    expect(daemon).toMatchObject({ active: 0, served: 1 })
    expect(daemon.find('req_1')).toMatchObject({ status: 200, model: 'big' })
    queue.flush()
    expect(sent).toHaveLength(1)
  })

  it('tell of what goes on, again when its model is known, and of its end', () => {
    const { daemon, queue, sent, told, begin } = connect()
    const request = begin('req_1', null)
    queue.flush()
    expect(daemon.list()).toMatchObject([{ id: 'req_1', model: null }])
    expect(told()).toEqual([])
    request.model = 'big'
    queue.flush()
    queue.flush()
    expect(sent).toHaveLength(2)
    expect(daemon.list()).toMatchObject([{ id: 'req_1', model: 'big', startedAt: request.startedAt }])
    expect(told()).toEqual(['request.started'])
    queue.closed(request.close({ status: 200, code: null }))
    queue.flush()
    expect(told()).toEqual(['request.finished'])
    expect(daemon).toMatchObject({ active: 0, served: 1 })
  })

  it('take back what the daemon answers itself', () => {
    const { daemon, queue, rows, begin } = connect()
    const request = begin('req_1', null)
    queue.flush()
    request.withdraw()
    queue.flush()
    expect(daemon).toMatchObject({ active: 0, served: 0 })
    expect(rows).toEqual([])
  })

  it('pass on a cancellation, but no end of the daemon', async () => {
    const { front, daemon, queue, cancelled, begin } = connect()
    begin('req_1', 'big')
    queue.flush()
    daemon.cancel('req_1')
    expect(cancelled).toEqual(['req_1'])
    const request = begin('req_2', 'big')
    queue.flush()
    const drained = daemon.drain({ graceMs: 0, reason: new LlmdError('shutting_down', 'It ends.') })
    await vi.waitFor(() => expect(daemon.draining).toBe(true), { timeout: 10_000, interval: 5 })
    for (const { id } of front.list()) {
      if (id === 'req_1') queue.closed(front.cancel(id).close({ status: 409, code: 'request_cancelled' }))
    }
    queue.closed(request.close({ status: 503, code: 'shutting_down' }))
    queue.flush()
    await drained
    expect(cancelled).toEqual(['req_1'])
  })

  it('are sent by themselves within a moment, and at once where something failed', async () => {
    const { queue, lines } = connect()
    queue.line('one\n', 'info')
    expect(lines).toEqual([])
    await vi.waitFor(() => expect(lines).toEqual(['one\n']), { timeout: 10_000, interval: 5 })
    queue.line('two\n', 'error')
    expect(lines).toEqual(['one\n', 'two\n'])
  })

  it('end with a failure what a front that died was answering', () => {
    const { daemon, queue, taker, rows, told, begin } = connect()
    begin('req_1', 'big')
    begin('req_2', null)
    queue.flush()
    expect(taker.active).toBe(2)
    expect(taker.abandon()).toBe(2)
    expect(taker).toMatchObject({ active: 0, served: 2 })
    expect(rows).toMatchObject([{ id: 'req_1', status: 500, code: 'internal_error' }])
    expect(daemon).toMatchObject({ active: 0, served: 2 })
    expect(told()).toEqual(['request.started', 'request.finished', 'request.finished'])
  })
})
