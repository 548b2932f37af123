import { formatMilliseconds } from '../format.ts'
import type { ShownAnswer } from './show-answer.ts'

/** As in `12 tokens read, 34 written in 1.2s, 30.9 tok/s, the first after 100ms`. */
export function formatSpeed({ usage, firstMs, ms }: ShownAnswer): string {
  const first = firstMs === null ? [] : [`the first after ${formatMilliseconds(firstMs)}`]
  if (!usage) return [`done in ${formatMilliseconds(ms)}`, ...first].join(', ')
  const { prompt_tokens: read, completion_tokens: written } = usage
  // The first token took reading the prompt.
  const perSecond = ((written - 1) * 1000) / (ms - (firstMs ?? 0))
  const speed = written > 1 && Number.isFinite(perSecond) ? [`${perSecond.toFixed(1)} tok/s`] : []
  return [`${read} tokens read`, `${written} written in ${formatMilliseconds(ms)}`, ...speed, ...first].join(
    ', ',
  )
}
