import type { RequestStory } from '../api/requests.ts'
import { addDaemonGauges, type Readings } from './daemon-gauges.ts'
import { createMetricMaker } from './metric-maker.ts'
import { createModelMetrics, type ModelEvent } from './model-metrics.ts'
import { addProcessMetrics } from './process-metrics.ts'
import { createRequestMetrics } from './request-metrics.ts'

/** What the daemon counts, for Prometheus. */
export interface Metrics extends Disposable {
  /** Counts a request that is over. */
  request(story: RequestStory): void
  /** Counts what has happened to a local model. */
  model(event: ModelEvent): void
  /** All of it as text, in the format 0.0.4 of Prometheus. */
  read(): Promise<string>
}

/** @param options.version of llmd */
export async function createMetrics({
  version,
  ...readings
}: Readings & { version: string }): Promise<Metrics> {
  const library = await import('prom-client')
  const registry = new library.Registry()
  const maker = createMetricMaker(library, registry)
  const requests = createRequestMetrics(maker)
  const models = createModelMetrics(maker)
  addDaemonGauges(maker, readings)
  const processMetrics = addProcessMetrics(maker)
  maker.gauge('llmd_build_info', 'Always 1; the version is its label.', {
    labels: ['version'],
    read: (add) => add(1, { version }),
  })
  return {
    request: (story) => requests.observe(story),
    model: (event) => models.observe(event),
    read: () => registry.metrics(),
    [Symbol.dispose]: () => processMetrics[Symbol.dispose](),
  }
}
