import type { Download } from '../../api/downloads.ts'
import type { LocalModel } from '../../api/models.ts'
import { formatBytes } from '../../cli/format.ts'
import { formatSource } from '../../cli/format-source.ts'
import { shortDuration } from '../app/short-duration.ts'
import type { App } from '../contract.ts'
import type { CellText } from '../draw/table.ts'
import type { ListColumn } from './list-tab.ts'
import { localOf, nameOf, type ModelRow } from './model-row.ts'

/** The share of a context from which on it is said. */
const nearlyFull = 0.9

const none: CellText = { text: '-', style: 'muted' }

/** What is shown of each model. */
export const modelColumns: readonly ListColumn<ModelRow>[] = [
  { title: 'NAME', width: 18, grows: true, cell: (row) => ({ text: nameOf(row), style: 'strong' }) },
  {
    title: 'KIND',
    width: 8,
    drop: 4,
    cell: (row) => ({ text: row.kind === 'model' ? row.model.kind : 'pull', style: 'muted' }),
  },
  { title: 'STATE', width: 13, cell: describeState },
  {
    title: 'SLOTS',
    width: 5,
    right: true,
    cell: ofEngine(({ slots_busy, slots }) => ({
      text: `${slots_busy}/${slots}`,
      ...(slots_busy > 0 && { style: 'good' as const }),
    })),
  },
  {
    title: 'QUEUE',
    width: 5,
    right: true,
    drop: 3,
    cell: ofEngine(({ queued }) => ({
      text: String(queued),
      ...(queued > 0 && { style: 'warn' as const }),
    })),
  },
  { title: 'CONTEXT', width: 9, right: true, drop: 2, cell: describeContext, order: usedOf },
  { title: 'KV', width: 5, drop: 5, cell: describeCache },
  { title: 'MEMORY', width: 8, right: true, drop: 1, cell: describeMemory, order: bytesOf },
  {
    title: 'TOK/S',
    width: 6,
    right: true,
    cell: ofEngine(({ tokens_per_second: speed }) =>
      speed === null ? none : { text: speed.toFixed(speed < 100 ? 1 : 0) },
    ),
  },
  { title: 'LEFT', width: 7, right: true, drop: 2, cell: describeTtl },
  {
    title: 'SOURCE',
    width: 16,
    grows: true,
    drop: 6,
    cell: (row) => ({ text: sourceOf(row), style: 'muted' }),
  },
]

function sourceOf(row: ModelRow): string {
  return row.kind === 'model' ? formatSource(row.model) : row.download.source
}

function ofEngine(
  describe: (engine: NonNullable<LocalModel['engine']>) => CellText,
): (row: ModelRow) => CellText {
  return (row) => {
    const engine = localOf(row)?.engine
    return engine ? describe(engine) : none
  }
}

function describeState(row: ModelRow): CellText {
  if (row.kind === 'download') return describeDownload(row.download)
  const { model } = row
  if (model.kind === 'local') {
    if (model.progress !== null)
      return { text: `loading ${Math.floor(model.progress * 100)}%`, style: 'accent' }
    if (model.state === 'ready') return { text: '● ready', style: 'good' }
    return {
      text: model.state === 'loading' ? 'loading' : '○ unloaded',
      style: model.state === 'loading' ? 'accent' : 'muted',
    }
  }
  if (model.kind === 'remote') {
    const state = model.health?.state ?? 'gone'
    return { text: `● ${state}`, style: state === 'ready' ? 'good' : state === 'gone' ? 'bad' : 'warn' }
  }
  const ready = model.targets.filter(
    ({ kind, health }) => kind === 'routed' || health?.state === 'ready',
  ).length
  const style = ready === 0 ? 'bad' : ready < model.targets.length ? 'warn' : 'good'
  return { text: `● ${ready} of ${model.targets.length}`, style }
}

function describeDownload({ state, received_bytes, total_bytes }: Download): CellText {
  if (state === 'failed') return { text: '✗ failed', style: 'bad' }
  if (state !== 'running' || total_bytes === 0) return { text: state, style: 'warn' }
  return { text: `pulling ${Math.floor((received_bytes / total_bytes) * 100)}%`, style: 'accent' }
}

/** Tokens in the fullest slot, of those that one may hold. */
function describeContext(row: ModelRow): CellText {
  const model = localOf(row)
  if (!model) return none
  if (!model.engine) return { text: String(model.options.context ?? 'auto'), style: 'muted' }
  const { context_used: used, context } = model.engine
  const text = `${shortCount(used)}/${shortCount(context)}`
  return { text, ...(used >= context * nearlyFull && { style: 'warn' as const }) }
}

/** In four characters at most. */
function shortCount(tokens: number): string {
  if (tokens < 10_000) return String(tokens)
  return tokens < 999_500 ? `${Math.round(tokens / 1000)}k` : `${Math.round(tokens / 1e6)}M`
}

function usedOf(row: ModelRow): number {
  return localOf(row)?.engine?.context_used ?? -1
}

function describeCache(row: ModelRow): CellText {
  const model = localOf(row)
  return model ? { text: model.options.kv_type ?? 'f16', style: 'muted' } : none
}

/** What it takes, or what its file does while it is not loaded. */
function bytesOf(row: ModelRow): number {
  if (row.kind === 'download') return row.download.total_bytes
  const model = localOf(row)
  return model?.engine?.memory_bytes ?? model?.file.size_bytes ?? 0
}

function describeMemory(row: ModelRow): CellText {
  const bytes = bytesOf(row)
  if (bytes === 0) return none
  return { text: formatBytes(bytes), ...(!localOf(row)?.engine && { style: 'muted' as const }) }
}

function describeTtl(row: ModelRow, { now }: App): CellText {
  if (row.kind === 'download') return describePace(row.download)
  const engine = localOf(row)?.engine
  if (!engine) return none
  if (engine.pinned) return { text: 'pinned', style: 'accent' }
  if (engine.unload_at !== null) return { text: shortDuration((Date.parse(engine.unload_at) - now) / 1000) }
  return { text: engine.slots_busy > 0 ? 'in use' : 'stays', style: 'muted' }
}

function describePace({ bytes_per_second: speed, received_bytes, total_bytes }: Download): CellText {
  return speed ? { text: shortDuration((total_bytes - received_bytes) / speed) } : none
}
