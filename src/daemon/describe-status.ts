import type { Status } from '../api/status.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Listener } from '../http/listen.ts'
import type { RequestTracker } from '../http/track-requests.ts'
import type { Inference } from '../inference/inference.ts'
import { memoryBudget } from '../inference/residency/memory-budget.ts'
import type { Capture } from '../logs/create-capture.ts'

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** What `llmd status` tells. */
export function describeStatus(parts: {
  startedAt: Date
  version: string
  listeners: Listener[]
  requests: RequestTracker
  fronts: Status['fronts']
  catalog: Catalog
  inference: Pick<Inference, 'gpus'>
  capture: Capture
  /** The setting; 0 lets llmd choose. */
  memoryBytes: number
}): Status {
  const { startedAt, version, listeners, requests, fronts, catalog, inference, capture, memoryBytes } = parts
  const models = catalog.list()
  const engines = models.flatMap((model) => (model.kind === 'local' ? (model.engine ?? []) : []))
  return {
    pid: process.pid,
    version,
    started_at: startedAt.toISOString(),
    uptime_seconds: process.uptime(),
    listeners: listeners.map((listener) => listener.url),
    draining: requests.draining,
    fronts,
    models: { total: models.length, loaded: engines.length },
    requests: {
      active: requests.active,
      queued: sum(engines.map((engine) => engine.queued)),
      served: requests.served,
    },
    capture: capture.active,
    memory: {
      daemon_bytes: process.memoryUsage.rss(),
      engines_bytes: sum(engines.map((engine) => engine.memory_bytes)),
      budget_bytes: memoryBudget(memoryBytes),
    },
    gpus: inference.gpus().map(({ name, usedBytes, totalBytes }) => ({
      name,
      used_bytes: usedBytes,
      total_bytes: totalBytes,
    })),
  }
}
