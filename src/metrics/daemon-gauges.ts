import type { Model, ModelEngine } from '../api/models.ts'
import type { MetricMaker } from './metric-maker.ts'

/** What is read at each scrape: from memory, so that it neither waits nor wakes anything. */
export interface Readings {
  /** Requests that are being answered. */
  openRequests: () => number
  models: () => Model[]
}

/** Adds what the daemon is doing at the moment. */
export function addDaemonGauges({ gauge }: MetricMaker, { openRequests, models }: Readings): void {
  const engines = () =>
    models().flatMap((model) => {
      const engine = model.kind === 'local' ? model.engine : null
      return engine ? [{ model: model.name, engine }] : []
    })
  const ofEngines = (name: string, help: string, read: (engine: ModelEngine) => number) =>
    gauge(name, help, {
      labels: ['model'] as const,
      read(add) {
        for (const { model, engine } of engines()) add(read(engine), { model })
      },
    })

  gauge('llmd_open_requests', 'Requests that are being answered.', { read: (add) => add(openRequests()) })
  gauge('llmd_models_loaded', 'Local models that are loaded.', { read: (add) => add(engines().length) })
  ofEngines('llmd_queued_requests', 'Requests that wait for a slot.', ({ queued }) => queued)
  ofEngines('llmd_engine_slots', 'Requests that an engine answers at the same time.', ({ slots }) => slots)
  ofEngines('llmd_engine_busy_slots', 'Slots that are answering.', ({ slots_busy }) => slots_busy)
  ofEngines('llmd_engine_context_tokens', 'Tokens that one conversation may hold.', ({ context }) => context)
  ofEngines(
    'llmd_engine_memory_bytes',
    'Resident memory of an engine process.',
    ({ memory_bytes }) => memory_bytes,
  )
  gauge('llmd_provider_targets', 'Models of providers that clients are offered, by how they do.', {
    labels: ['provider', 'state'] as const,
    read(add) {
      for (const { provider, state } of remoteTargets(models())) add(1, { provider, state })
    },
  })
}

/** Each once, whatever other names the operator gave it. */
function remoteTargets(models: Model[]): { provider: string; state: string }[] {
  const targets = new Map<string, { provider: string; state: string }>()
  for (const model of models) {
    if (model.kind !== 'remote' || model.health === null) continue
    const { provider, health } = model
    targets.set(`${provider}/${model.model}`, { provider, state: health.state })
  }
  return [...targets.values()]
}
