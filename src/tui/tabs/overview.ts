import type { LocalModel, ModelEngine } from '../../api/models.ts'
import type { Status } from '../../api/status.ts'
import { formatBytes } from '../../cli/format.ts'
import { shortDuration } from '../app/short-duration.ts'
import { rateOf } from '../app/traffic.ts'
import type { App, Tab } from '../contract.ts'
import { bar } from '../draw/bar.ts'
import { box } from '../draw/box.ts'
import { beside, cell, fit } from '../draw/fit.ts'
import { graph } from '../draw/graph.ts'
import { span, widthOf, type Area, type Line, type Span } from '../screen/span.ts'

type Loaded = LocalModel & { engine: ModelEngine }

const sideBySide = 150

/** Columns that a bar has at least. */
const leastBar = 4

/** How the daemon does, at a glance. */
export function overviewTab(): Tab<null> {
  return {
    id: 'overview',
    title: 'Overview',
    feeds: ['models'],
    initial: null,
    actions: [],
    reduce: (state) => ({ state }),
    view: (_state, app, area) => viewOverview(app, area),
  }
}

function viewOverview(app: App, { width, height }: Area): readonly Line[] {
  const left = Math.floor(width / 2)
  const right = width - left
  const graphs = Math.max(5, Math.floor(height * 0.32))
  const memory = 4 + (app.data.status?.gpus.length ?? 0)
  const rest = height - graphs - memory
  const { traffic } = app
  return [
    ...beside([
      { width: left, lines: rateBox('Requests/s', traffic.requests, 1, { width: left, height: graphs }) },
      { width: right, lines: rateBox('Tokens/s', traffic.tokens, 0, { width: right, height: graphs }) },
    ]),
    ...beside([
      { width: left, lines: memoryBox(app, { width: left, height: memory }) },
      { width: right, lines: queueBox(app, { width: right, height: memory }) },
    ]),
    ...lowerBoxes(app, { width, height: rest }),
  ]
}

/** Side by side where there is room. */
function lowerBoxes(app: App, { width, height }: Area): Line[] {
  if (width >= sideBySide) {
    const left = Math.floor(width / 2)
    return beside([
      { width: left, lines: modelsBox(app, { width: left, height }) },
      { width: width - left, lines: failuresBox(app, { width: width - left, height }) },
    ])
  }
  const models = Math.min(Math.max(1, loading(app).length + loaded(app).length) + 2, height - 4)
  return [
    ...modelsBox(app, { width, height: models }),
    ...failuresBox(app, { width, height: height - models }),
  ]
}

function rateBox(title: string, values: readonly number[], digits: number, area: Area): Line[] {
  // The second under way is not over.
  const whole = values.slice(0, -1)
  const inner = { width: area.width - 4, height: area.height - 2 }
  const shown = whole.slice(-inner.width * 2)
  const peak = Math.max(0, ...shown)
  const now = span(rateOf(values).toFixed(digits), 'strong')
  const note: Line = area.width < 36 ? [now] : [now, span(`  peak ${peak.toFixed(digits)}`, 'muted')]
  return box({ title, note, lines: graph(whole, inner) }, area)
}

function memoryBox({ data }: App, area: Area): Line[] {
  const { status } = data
  const width = area.width - 4
  if (!status) return box({ title: 'Memory', lines: [] }, area)
  const { daemon_bytes, engines_bytes, budget_bytes } = status.memory
  const lines: Line[] = [
    memoryLine('models ', { used: engines_bytes, total: budget_bytes, width }),
    ...status.gpus.map(({ used_bytes: used, total_bytes: total }) =>
      memoryLine('gpu    ', { used, total, width }),
    ),
    [span('daemon ', 'muted'), span(formatBytes(daemon_bytes)), ...gpuNote(data.models ?? [])],
  ]
  const note = status.gpus.map(({ name }) => name).join(', ')
  return box({ title: 'Memory', note: [span(note, 'muted')], lines }, area)
}

function memoryLine(
  title: string,
  { used, total, width }: { used: number; total: number; width: number },
): Line {
  const all = ` ${formatBytes(used)} of ${formatBytes(total)}`
  const figures = title.length + leastBar + all.length <= width ? all : ` ${formatBytes(used)}`
  return [
    span(title, 'muted'),
    ...bar(used / total, Math.max(leastBar, width - title.length - figures.length)),
    span(figures),
  ]
}

function gpuNote(models: readonly { kind: string }[]): Line {
  const names = new Set(models.filter(isLocal).flatMap(({ engine }) => engine?.gpu ?? []))
  return names.size === 0 ? [] : [span('   gpu ', 'muted'), span([...names].join(', '), 'good')]
}

function isLocal(model: { kind: string }): model is LocalModel {
  return model.kind === 'local'
}

function queueBox(app: App, area: Area): Line[] {
  const { data } = app
  const { status } = data
  const engines = loaded(app).map(({ engine }) => engine)
  const slots = engines.reduce((sum, engine) => sum + engine.slots, 0)
  const busy = engines.reduce((sum, engine) => sum + engine.slots_busy, 0)
  const width = area.width - 4
  const figures = ` ${busy} of ${slots}`
  const lines: Line[] = [
    [
      span('slots  ', 'muted'),
      ...bar(slots === 0 ? 0 : busy / slots, Math.max(leastBar, width - 7 - figures.length), 'accent'),
      span(figures),
    ],
    status ? countsLine(status.requests, width) : [],
  ]
  return box({ title: 'Requests', lines }, area)
}

/** The last of them goes where there is no room. */
function countsLine({ active, queued, served }: Status['requests'], width: number): Line {
  const under: Line = [
    span('open ', 'muted'),
    span(String(active)),
    span('   queued ', 'muted'),
    span(String(queued), queued > 0 ? 'warn' : undefined),
  ]
  const all: Line = [...under, span('   served ', 'muted'), span(String(served))]
  return widthOf(all) <= width ? all : under
}

function isLoaded(model: LocalModel): model is Loaded {
  return model.engine !== null
}

function loaded({ data }: App): Loaded[] {
  return (data.models ?? []).filter(isLocal).filter(isLoaded)
}

function loading({ data }: App): LocalModel[] {
  return (data.models ?? []).filter(isLocal).filter(({ state }) => state === 'loading')
}

function modelsBox(app: App, area: Area): Line[] {
  const width = area.width - 4
  const models = loaded(app)
  const lines = [
    ...loading(app).map((model) => loadingLine(model, width)),
    ...models.map((model) => loadedLine(model, width, app.now)),
  ]
  const hint = 'None is loaded. Models load when they are asked, or with l in the tab Models.'
  const total = app.data.models?.length ?? 0
  const note: Line = [span(`${models.length} of ${total}`, 'muted')]
  return box(
    { title: 'Models that are loaded', note, lines: lines.length === 0 ? [[span(hint, 'muted')]] : lines },
    area,
  )
}

/** What is left beside the figures. */
function nameCell(name: string, width: number): Span {
  return cell(name, Math.max(12, Math.min(36, width - 50)), { style: 'strong' })
}

function loadingLine({ name, progress }: LocalModel, width: number): Line {
  const share = progress ?? 0
  return [
    nameCell(name, width),
    span(' '),
    ...bar(share, 12, 'accent'),
    span(` loading ${Math.floor(share * 100)}%`, 'accent'),
  ]
}

function loadedLine({ name, engine }: Loaded, width: number, now: number): Line {
  const speed = engine.tokens_per_second
  const figures: Line = [
    nameCell(name, width),
    span(' '),
    ...slotMarks(engine),
    cell(formatBytes(engine.memory_bytes), 9, { right: true }),
    cell(speed === null ? '-' : `${speed.toFixed(speed < 100 ? 1 : 0)} tok/s`, 13, { right: true }),
  ]
  const until = cell(untilOf(engine, now), 10, { right: true, style: 'muted' })
  return widthOf(figures) + 10 > width ? figures : [...figures, until]
}

/** A mark for each slot, and how many wait for one. */
function slotMarks({ slots, slots_busy, queued }: ModelEngine): Line {
  const most = 12
  const marks: Line =
    slots <= most
      ? [span('●'.repeat(slots_busy), 'good'), span('○'.repeat(Math.max(0, slots - slots_busy)), 'muted')]
      : [span(`${slots_busy}/${slots}`, 'good')]
  const waiting: Line = queued > 0 ? [span(` +${queued}`, 'warn')] : []
  return fit([...marks, ...waiting], most + 4)
}

function untilOf({ unload_at, pinned, slots_busy }: ModelEngine, now: number): string {
  if (pinned) return 'pinned'
  if (unload_at !== null) return shortDuration((Date.parse(unload_at) - now) / 1000)
  return slots_busy > 0 ? 'in use' : 'stays'
}

function failuresBox({ failures, now }: App, area: Area): Line[] {
  const lines = failures.map(({ at, where, message }): Line => [
    cell(`${shortDuration((now - at) / 1000)} ago`, 12, { style: 'muted' }),
    span(where, 'strong'),
    span('  '),
    span(message, 'bad'),
  ])
  const none: Line = [span('None since this was opened.', 'muted')]
  return box({ title: 'Recent errors', lines: lines.length === 0 ? [none] : lines }, area)
}
