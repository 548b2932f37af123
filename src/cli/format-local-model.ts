import type { LocalModel, ModelEngine, ModelOptions } from '../api/models.ts'
import { formatBytes, formatDuration, formatRelativeTime } from './format.ts'
import { formatProfile } from './format-profile.ts'
import { formatUntil } from './format-until.ts'
import { formatPairs } from './table.ts'

/** All there is to know of a local model, a line each. */
export function formatLocalModel(model: LocalModel): string {
  const { name, source, created_at, options, file, state, progress, engine } = model
  return formatPairs([
    ['Name', name],
    ['Kind', 'local'],
    ['Source', source],
    ['Added', formatRelativeTime(created_at)],
    ['State', progress === null ? state : `loading, ${Math.floor(progress * 100)} %`],
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
    ['GPU', chosen(options.gpu)],
    ['GPU layers', chosen(options.gpu_layers)],
    ['Cache type', chosen(options.kv_type)],
    ['Flash attention', options.flash_attention === undefined ? 'auto' : yesOrNo(options.flash_attention)],
    ['Adapters', (options.lora ?? []).map(({ path, scale }) => `${path} x ${scale}`).join(', ') || '-'],
    ['Rope scaling', formatScaling(options.rope_scaling)],
    ['Unloaded', formatTtl(options)],
    ['Preloaded', yesOrNo(options.preload ?? false)],
    ...formatProfile(model),
    ...(engine
      ? ([
          ['Engine', `pid ${engine.pid}, loaded ${formatRelativeTime(engine.loaded_at)}`],
          [
            'Running with',
            `context ${engine.context}, slots ${engine.slots_busy}/${engine.slots}, ${engine.queued} queued`,
          ],
          ['Context used', formatUsed(engine)],
          ['Until', formatUntil(engine)],
          ['Memory', `${formatBytes(engine.memory_bytes)}${engine.gpu === null ? '' : `, on ${engine.gpu}`}`],
          [
            'Speed',
            engine.tokens_per_second === null ? '-' : `${engine.tokens_per_second.toFixed(1)} tokens/s`,
          ],
        ] as [string, string][])
      : []),
  ])
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no'
}

function formatScaling(scaling: ModelOptions['rope_scaling']): string {
  if (!scaling) return '-'
  const from = scaling.original_context === undefined ? '' : ` from ${scaling.original_context}`
  return `${scaling.type} x ${scaling.factor}${from}`
}

/** As in `812 of 4096 tokens; slots: 812, 0`. */
function formatUsed({ context, context_used, slot_tokens }: ModelEngine): string {
  const used = `${context_used} of ${context} tokens`
  return slot_tokens.length < 2 ? used : `${used}; slots: ${slot_tokens.join(', ')}`
}

function formatTtl({ ttl, pinned }: ModelOptions): string {
  if (pinned) return 'never: pinned'
  if (ttl === null) return 'for need only'
  return ttl === undefined ? 'auto' : `${formatDuration(ttl)} after the last answer`
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
