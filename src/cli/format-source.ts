import type { Model } from '../api/models.ts'

/** Where a model comes from: a file, `PROVIDER/MODEL`, or as in `fallback: qwen3:8b, fast`. */
export function formatSource(model: Model): string {
  if (model.kind !== 'routed') return model.source
  return `${model.strategy}: ${model.targets.map((target) => target.model).join(', ')}`
}
