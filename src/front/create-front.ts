import { LlmdError } from '../errors.ts'
import type { App } from '../http/create-app.ts'
import { createFrontApp } from '../http/create-front-app.ts'
import { createHandOver } from '../http/hand-over.ts'
import { listenTcp } from '../http/listen.ts'
import { trackRequests } from '../http/track-requests.ts'
import { createLog } from '../log.ts'
import { createUpstream } from '../providers/create-upstream.ts'
import { createLiveUpstreams } from '../providers/live-upstreams.ts'
import { systemClock } from '../routing/clock.ts'
import { createHealth } from '../routing/health.ts'
import { createRouter } from '../routing/router.ts'
import { continueTrace } from '../traces/trace-context.ts'
import { createLiveSnapshot, type LiveSnapshot } from './live-snapshot.ts'
import type { FromFront, ToFront } from './protocol.ts'
import { createReportQueue } from './report-queue.ts'

type Start = Extract<ToFront, { type: 'start' }>

/** The composition root of a front: it does what the daemon says. */
export interface Front {
  receive(message: ToFront): Promise<void>
}

export function createFront({ send }: { send: (message: FromFront) => void }): Front {
  const resources = new AsyncDisposableStack()
  const requests = trackRequests()
  const report = createReportQueue({ requests: () => requests.list(), send })
  let snapshot: LiveSnapshot | undefined

  async function start({ host, port, handOverPath, deadlines, ...first }: Start): Promise<void> {
    const log = createLog({
      get level() {
        return (snapshot?.settings ?? first.snapshot.settings).logLevel
      },
      write: (line, level) => report.line(line, level),
    })
    const upstreams = resources.use(createLiveUpstreams({ log }))
    const health = createHealth(systemClock)
    const live = createLiveSnapshot(first.snapshot, {
      upstreams,
      connect: createUpstream,
      deadlines,
      onReachedAnew: (provider) => health.forget(provider),
    })
    snapshot = live
    const handOver = resources.use(createHandOver({ socketPath: handOverPath }))
    const app = createFrontApp({
      requests,
      conclude: (story) => report.closed(story),
      beginTrace: first.snapshot.settings.traces ? continueTrace : undefined,
      log,
      tokens: live,
      host: {
        get allowedHosts() {
          return live.settings.allowedHosts
        },
      },
      auth: {
        get missingTokenStatus() {
          return live.settings.missingTokenStatus
        },
      },
      hasIssuers: () => live.settings.issuers,
      router: createRouter({ list: () => [], find: (name) => live.find(name) }),
      isForwarded: (model) => live.isForwarded(model),
      handOver,
      health,
      upstream: (provider) => live.upstream(provider),
      clock: systemClock,
      random: Math.random,
      // The daemon tells of the beginning when it is told of it.
      events: { publish() {} },
      capture: { begin: () => undefined },
      // Where there are prices, nothing is answered here; nor is what comes with a token that has limits.
      admission: { admit: () => null },
      body: {
        get maxBytes() {
          return live.settings.maxBodyBytes
        },
      },
      routeHeaders: live.settings.routeHeaders,
    })
    const told: App = {
      fetch(request, arrival) {
        report.opened()
        return app.fetch(request, arrival)
      },
    }
    const listener = await listenTcp({ app: told, host, port, reusePort: true })
    resources.defer(() => listener.close())
    send({ type: 'listening' })
  }

  async function drain(graceMs: number): Promise<void> {
    const reason = new LlmdError('shutting_down', 'llmd is shutting down.', {
      hint: 'Send the request again when it is back.',
    })
    await requests.drain({ graceMs, reason })
    report.flush()
    send({ type: 'drained' })
  }

  async function close(): Promise<void> {
    await resources.disposeAsync()
    report.flush()
    send({ type: 'closed' })
  }

  function cancel(id: string): void {
    // It may be over by now.
    if (requests.list().some((request) => request.id === id)) requests.cancel(id)
  }

  return {
    async receive(message) {
      if (message.type === 'start') await start(message)
      else if (message.type === 'drain') await drain(message.graceMs)
      else if (message.type === 'close') await close()
      else if (message.type === 'cancel') cancel(message.id)
      else {
        snapshot?.apply(message.snapshot)
        send({ type: 'applied', version: message.version })
      }
    },
  }
}
