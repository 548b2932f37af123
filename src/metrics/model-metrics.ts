import type { NewEvent } from '../api/events.ts'
import { boundLabels } from './bound-labels.ts'
import type { MetricMaker } from './metric-maker.ts'

/** What happens to local models. */
export type ModelEvent = Extract<NewEvent, { type: `model.${string}` }>

export interface ModelMetrics {
  observe(event: ModelEvent): void
}

const secondsOfLoads = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]

export function createModelMetrics({ counter, histogram }: MetricMaker): ModelMetrics {
  const loads = counter('llmd_model_loads_total', 'Loads of local models: loaded, or failed.', [
    'model',
    'outcome',
  ])
  const duration = histogram('llmd_model_load_duration_seconds', 'What loads took, without waits for room.', {
    labels: ['model'] as const,
    buckets: secondsOfLoads,
  })
  const unloads = counter(
    'llmd_model_unloads_total',
    'Ends of engines: ttl, evicted for room, asked, or crashed.',
    ['model', 'reason'],
  )
  const modelLabel = boundLabels({ most: 100 })
  return {
    observe(event) {
      if (event.type === 'model.loading') return
      const model = modelLabel(event.name)
      if (event.type === 'model.unloaded') unloads.inc({ model, reason: event.reason })
      else if (event.type === 'model.failed') loads.inc({ model, outcome: 'failed' })
      else {
        loads.inc({ model, outcome: 'loaded' })
        duration.observe({ model }, event.ms / 1000)
      }
    },
  }
}
