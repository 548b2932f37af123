import type { Download } from '../../api/downloads.ts'
import type { LocalModel, Model } from '../../api/models.ts'
import { formatCheck } from '../../cli/format-check.ts'
import { formatModel } from '../../cli/format-model.ts'
import { formatBytes } from '../../cli/format.ts'
import { formatSource } from '../../cli/format-source.ts'
import { shortDuration } from '../app/short-duration.ts'
import type { App, Effect, Tab } from '../contract.ts'
import { confirm } from '../dialogs/confirm.ts'
import { openForm } from '../dialogs/form.ts'
import { showText } from '../dialogs/show-text.ts'
import type { CellText } from '../draw/table.ts'
import { addModelForm } from '../forms/add-model.ts'
import { editModelForm } from '../forms/edit-model.ts'
import { pullModelForm } from '../forms/pull-model.ts'
import { listTab, type ListState } from './list-tab.ts'

/** A model, or one that is still being downloaded. */
type Row = { kind: 'model'; model: Model } | { kind: 'download'; download: Download }

const none: CellText = { text: '-', style: 'muted' }

/** What there is to serve, what of it is loaded, and what comes. */
export function modelsTab(): Tab<ListState> {
  return listTab<Row>({
    id: 'models',
    title: 'Models',
    feeds: ['models', 'downloads'],
    rows: rowsOf,
    key: (row) => (row.kind === 'model' ? row.model.name : row.download.name),
    empty: () =>
      'There are no models yet. Press a to add a file that is here, or p to pull one from the hub.',
    columns: [
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
      { title: 'CONTEXT', width: 7, right: true, drop: 2, cell: describeContext },
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
    ],
    actions: [
      {
        name: 'show',
        key: 'enter',
        title: 'Show',
        help: 'All there is to know of a model',
        run: (row) => (row ? show(row) : []),
      },
      {
        name: 'load',
        key: 'l',
        title: 'Load',
        help: 'Load a local model now',
        ready: isUnloaded,
        run: onLocal(load),
      },
      {
        name: 'unload',
        key: 'u',
        title: 'Unload',
        help: 'End its engine and give its memory back',
        ready: isLoaded,
        run: onLocal(unload),
      },
      {
        name: 'add',
        key: 'a',
        title: 'Add',
        help: 'Add a file or a model of a provider',
        free: true,
        run: () => [openForm(addModelForm())],
      },
      {
        name: 'pull',
        key: 'p',
        title: 'Pull',
        help: 'Download a model from the hub or an address',
        free: true,
        run: () => [openForm(pullModelForm())],
      },
      {
        name: 'edit',
        key: 'e',
        title: 'Edit',
        help: 'Change how a local model is loaded',
        ready: isLocal,
        run: onLocal((model) => [openForm(editModelForm(model))]),
      },
      {
        name: 'check',
        key: 't',
        title: 'Check',
        help: 'Try whether a local model loads, and say why not',
        ready: isLocal,
        run: onLocal(check),
      },
      {
        name: 'remove',
        key: 'd',
        title: 'Remove',
        help: 'Forget a model, or give a download up; files that were added stay',
        run: (row) => (row ? remove(row) : []),
      },
    ],
  })
}

function rowsOf({ data }: App): Row[] {
  const coming = (data.downloads ?? []).filter(({ state }) => state !== 'finished')
  return [
    ...coming.map((download): Row => ({ kind: 'download', download })),
    ...(data.models ?? []).map((model): Row => ({ kind: 'model', model })),
  ]
}

function nameOf(row: Row): string {
  return row.kind === 'model' ? row.model.name : row.download.name
}

function sourceOf(row: Row): string {
  return row.kind === 'model' ? formatSource(row.model) : row.download.source
}

function localOf(row: Row): LocalModel | null {
  return row.kind === 'model' && row.model.kind === 'local' ? row.model : null
}

function ofEngine(describe: (engine: NonNullable<LocalModel['engine']>) => CellText): (row: Row) => CellText {
  return (row) => {
    const engine = localOf(row)?.engine
    return engine ? describe(engine) : none
  }
}

function describeState(row: Row): CellText {
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

function describeContext(row: Row): CellText {
  const model = localOf(row)
  if (!model) return none
  const context = model.engine?.context ?? model.options.context
  return context === undefined
    ? { text: 'auto', style: 'muted' }
    : { text: String(context), ...(!model.engine && { style: 'muted' as const }) }
}

function describeCache(row: Row): CellText {
  const model = localOf(row)
  return model ? { text: model.options.kv_type ?? 'f16', style: 'muted' } : none
}

/** What it takes, or what its file does while it is not loaded. */
function bytesOf(row: Row): number {
  if (row.kind === 'download') return row.download.total_bytes
  const model = localOf(row)
  return model?.engine?.memory_bytes ?? model?.file.size_bytes ?? 0
}

function describeMemory(row: Row): CellText {
  const bytes = bytesOf(row)
  if (bytes === 0) return none
  return { text: formatBytes(bytes), ...(!localOf(row)?.engine && { style: 'muted' as const }) }
}

function describeTtl(row: Row, { now }: App): CellText {
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

function isLocal(row: Row): boolean {
  return localOf(row) !== null
}

function isLoaded(row: Row): boolean {
  return localOf(row)?.state === 'ready' || localOf(row)?.state === 'loading'
}

function isUnloaded(row: Row): boolean {
  return localOf(row)?.state === 'unloaded'
}

function onLocal(run: (model: LocalModel) => readonly Effect[]): (row: Row | null) => readonly Effect[] {
  return (row) => {
    const model = row && localOf(row)
    if (model) return run(model)
    return [{ type: 'toast', tone: 'warn', text: `${row ? nameOf(row) : 'This'} is not a local model.` }]
  }
}

function show(row: Row): readonly Effect[] {
  if (row.kind === 'download') return [{ type: 'go', tab: 'downloads' }]
  const { name } = row.model
  return [
    {
      type: 'ask',
      what: `Show ${name}`,
      run: async (client) => [showText(name, formatModel(await client.getModel(name)))],
    },
  ]
}

function load({ name }: LocalModel): readonly Effect[] {
  return [
    { type: 'toast', tone: 'good', text: `Loading ${name}...` },
    {
      type: 'ask',
      what: `Load ${name}`,
      async run(client) {
        await client.loadModel(name)
        return [
          { type: 'toast', tone: 'good', text: `${name} is loaded.` },
          { type: 'refresh', feeds: ['models'] },
        ]
      },
    },
    { type: 'refresh', feeds: ['models'] },
  ]
}

function unload({ name }: LocalModel): readonly Effect[] {
  return [
    {
      type: 'ask',
      what: `Unload ${name}`,
      async run(client) {
        await client.unloadModel(name)
        return [
          { type: 'toast', tone: 'good', text: `${name} is unloaded.` },
          { type: 'refresh', feeds: ['models'] },
        ]
      },
    },
  ]
}

function check({ name }: LocalModel): readonly Effect[] {
  return [
    { type: 'toast', tone: 'good', text: `Trying ${name} out...` },
    {
      type: 'ask',
      what: `Check ${name}`,
      run: async (client) => [showText(`Check of ${name}`, formatCheck(await client.checkModel(name)))],
    },
  ]
}

function remove(row: Row): readonly Effect[] {
  const name = nameOf(row)
  const { title, text } =
    row.kind === 'download'
      ? { title: `Give the download of ${name} up?`, text: 'What is there of it is removed.' }
      : { title: `Remove ${name}?`, text: 'Clients can no longer ask for it. A file stays where it is.' }
  return [
    confirm({ title, text, yes: 'Remove' }, [
      {
        type: 'ask',
        what: `Remove ${name}`,
        async run(client) {
          if (row.kind === 'download') await client.cancelDownload(row.download.id)
          else await client.removeModel(name)
          return [
            { type: 'toast', tone: 'good', text: `${name} is removed.` },
            { type: 'refresh', feeds: ['models', 'downloads'] },
          ]
        },
      },
    ]),
  ]
}
