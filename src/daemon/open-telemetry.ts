import type { RequestStory } from '../api/requests.ts'
import type { LiveSettings } from '../config/live-settings.ts'
import { LlmdError } from '../errors.ts'
import type { HttpServices } from '../http/services.ts'
import type { RequestTracker } from '../http/track-requests.ts'
import type { ModelEvent } from '../inference/inference.ts'
import type { Log } from '../log.ts'
import { createMetrics } from '../metrics/create-metrics.ts'
import { traceProvider } from '../providers/trace-provider.ts'
import { createTraces } from '../traces/create-traces.ts'
import { continueTrace } from '../traces/trace-context.ts'
import { traceDestination } from '../traces/trace-destination.ts'
import type { Models } from './open-models.ts'

/** What is counted and traced of requests and models. */
export interface Telemetry {
  http: Pick<HttpServices, 'metrics' | 'beginTrace' | 'watchRequest'>
  /** Whether traces are sent. */
  traces: boolean
  onModelEvent(event: ModelEvent): void
}

/** Closed with `resources`. */
export async function openTelemetry(
  resources: AsyncDisposableStack,
  options: {
    env: NodeJS.ProcessEnv
    settings: LiveSettings
    version: string
    /** A command is over before anybody could read what it has counted. */
    isDaemon: boolean
    models: Pick<Models, 'catalog' | 'providers'>
    requests: Pick<RequestTracker, 'active'>
    log: Log
  },
): Promise<Telemetry> {
  const { env, settings, version, isDaemon, requests, log } = options
  const { catalog, providers } = options.models
  const metrics = isDaemon
    ? resources.use(
        await createMetrics({
          version,
          openRequests: () => requests.active,
          models: () => catalog.list(),
        }),
      )
    : undefined
  const destination = isDaemon
    ? traceDestination({ endpoint: settings.current.telemetry.otlpEndpoint, env, version })
    : undefined
  const traces =
    destination &&
    resources.use(
      createTraces({
        destination,
        version,
        findProvider: (name) => (providers.has(name) ? traceProvider(providers.get(name)) : undefined),
        log,
      }),
    )
  return {
    http: {
      metrics: {
        async read() {
          if (metrics) return metrics.read()
          throw new LlmdError('not_found', 'Only a daemon that serves has metrics.')
        },
        get isPublic() {
          return settings.current.metrics.public
        },
      },
      ...(traces && { beginTrace: continueTrace }),
      watchRequest(story: RequestStory) {
        metrics?.request(story)
        traces?.request(story)
      },
    },
    traces: traces !== undefined,
    onModelEvent: (event) => metrics?.model(event),
  }
}
