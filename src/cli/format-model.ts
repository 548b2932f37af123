import type { Model } from '../api/models.ts'
import { formatBytes, formatRelativeTime } from './format.ts'
import { formatPairs } from './table.ts'

/** All there is to know of a model, a line each. */
export function formatModel({ name, source, created_at, options, file, state, engine }: Model): string {
  return formatPairs([
    ['Name', name],
    ['Source', source],
    ['Added', formatRelativeTime(created_at)],
    ['State', state],
    ['File', file.path],
    ['Size', formatBytes(file.size_bytes)],
    ['Title', file.title ?? '-'],
    ['Architecture', file.architecture],
    ['Parameters', formatCount(file.parameters)],
    ['Quantization', file.quantization],
    ['Trained context', String(file.trained_context)],
    ['Context', chosen(options.context)],
    ['Slots', chosen(options.slots)],
    ['Threads', chosen(options.threads)],
    ['GPU layers', chosen(options.gpu_layers)],
    ...(engine
      ? ([
          ['Engine', `pid ${engine.pid}, loaded ${formatRelativeTime(engine.loaded_at)}`],
          [
            'Running with',
            `context ${engine.context}, slots ${engine.slots_busy}/${engine.slots}, ${engine.queued} queued`,
          ],
          ['Memory', `${formatBytes(engine.memory_bytes)}${engine.gpu === null ? '' : `, on ${engine.gpu}`}`],
          [
            'Speed',
            engine.tokens_per_second === null ? '-' : `${engine.tokens_per_second.toFixed(1)} tokens/s`,
          ],
        ] as [string, string][])
      : []),
  ])
}

function chosen(value: number | string | undefined): string {
  return String(value ?? 'auto')
}

/** As in `7.2 B` or `135 M`, the way models are named by their size. */
function formatCount(parameters: number): string {
  const [unit, size] = (
    [
      ['B', 1e9],
      ['M', 1e6],
      ['K', 1e3],
    ] as const
  ).find(([, divisor]) => parameters >= divisor) ?? ['', 1]
  const value = parameters / size
  return `${size === 1 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${unit}`.trimEnd()
}
