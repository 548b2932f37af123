import { formatCount } from '../../cli/format.ts'
import { formatStory } from '../../cli/format-story.ts'
import { speedOf, type RequestRow } from '../app/request-rows.ts'
import type { Effect, Tab } from '../contract.ts'
import { confirm } from '../dialogs/confirm.ts'
import { showText } from '../dialogs/show-text.ts'
import type { CellText } from '../draw/table.ts'
import { listTab, type ListState } from './list-tab.ts'

const none: CellText = { text: '-', style: 'muted' }

/** Of the open ones that are in sight, so many are looked after twice a second. */
const mostLookedAfter = 10

/** What is being answered, and what was. */
export function requestsTab(): Tab<ListState> {
  return listTab<RequestRow>({
    id: 'requests',
    title: 'Requests',
    feeds: ['requests'],
    rows: ({ requests }) => requests,
    key: ({ id }) => id,
    empty: () => 'No request came since this was opened. They appear here while they are answered.',
    columns: [
      {
        title: 'ID',
        width: 8,
        drop: 5,
        // They begin with the time.
        cell: ({ id }) => ({ text: id.replace(/^req_/, '').slice(-8), style: 'muted' }),
      },
      { title: 'TOKEN', width: 8, grows: true, drop: 4, cell: ({ token }) => textOf(token) },
      {
        title: 'MODEL',
        width: 13,
        grows: true,
        cell: ({ model }) => ({ ...textOf(model), ...(model !== null && { style: 'strong' as const }) }),
      },
      {
        title: 'ROUTE',
        width: 12,
        grows: true,
        drop: 6,
        cell: ({ target, model }) => (target === model ? none : textOf(target)),
      },
      {
        title: 'WAIT',
        width: 6,
        right: true,
        drop: 2,
        cell: ({ waitMs }) => duration(waitMs),
        order: ({ waitMs }) => waitMs ?? -1,
      },
      {
        title: 'FIRST',
        width: 6,
        right: true,
        drop: 1,
        cell: ({ firstByteMs }) => duration(firstByteMs),
        order: ({ firstByteMs }) => firstByteMs ?? -1,
      },
      {
        title: 'TOKENS',
        width: 6,
        right: true,
        drop: 3,
        cell: ({ completionTokens }) =>
          completionTokens === null ? none : { text: formatCount(completionTokens) },
        order: ({ completionTokens }) => completionTokens ?? -1,
      },
      { title: 'TOK/S', width: 6, right: true, cell: describeSpeed, order: (row) => speedOf(row) ?? -1 },
      {
        title: 'TIME',
        width: 6,
        right: true,
        cell: (row, { now }) => duration(timeOf(row, now)),
        order: (row) => row.end?.ms ?? Infinity,
      },
      { title: 'STATUS', width: 11, grows: true, cell: describeStatus },
    ],
    actions: [
      {
        name: 'story',
        key: 'enter',
        title: 'Story',
        help: 'All that happened to a request',
        run: (row, { now }) => (row ? tell(row, now) : []),
      },
      {
        name: 'cancel',
        key: 'x',
        title: 'Cancel',
        help: 'End an open request; its client is told',
        ready: ({ end }) => end === null,
        run: (row) => (row ? cancel(row) : []),
      },
    ],
    ticked: (shown, { lost }) =>
      lost
        ? []
        : shown
            .filter(({ end }) => end === null)
            .slice(0, mostLookedAfter)
            .map(lookAfter),
  })
}

function textOf(text: string | null): CellText {
  return text === null ? none : { text }
}

function duration(ms: number | null): CellText {
  if (ms === null) return none
  if (ms < 999.5) return { text: `${Math.round(ms)}ms` }
  return { text: ms < 99_950 ? `${(ms / 1000).toFixed(ms < 9995 ? 2 : 1)}s` : `${Math.round(ms / 1000)}s` }
}

function timeOf({ end, startedAt }: RequestRow, now: number): number {
  return end?.ms ?? Math.max(0, now - startedAt)
}

function describeSpeed(row: RequestRow): CellText {
  const speed = speedOf(row)
  return speed === null ? none : { text: speed.toFixed(speed < 100 ? 1 : 0) }
}

function describeStatus({ end, firstByteMs }: RequestRow): CellText {
  if (!end)
    return firstByteMs === null
      ? { text: '○ waiting', style: 'warn' }
      : { text: '● answering', style: 'accent' }
  if (end.status === null) return { text: 'over', style: 'muted' }
  if (end.status === 499) return { text: 'client left', style: 'muted' }
  if (end.code === null) return { text: `✓ ${end.status}`, style: end.status < 400 ? 'good' : 'bad' }
  // A status that was sent before it failed tells nothing.
  return { text: ['✗', ...(end.status < 400 ? [] : [end.status]), end.code].join(' '), style: 'bad' }
}

/** What the events do not tell while it is open. */
function lookAfter({ id }: RequestRow): Effect {
  return {
    type: 'ask',
    what: `Look after ${id}`,
    run: async (client) => [{ type: 'told', story: await client.getRequest(id) }],
    // It ended meanwhile, or the daemon did: other things tell that.
    failed: () => [],
  }
}

function tell({ id }: RequestRow, now: number): readonly Effect[] {
  return [
    {
      type: 'ask',
      what: `Tell of ${id}`,
      run: async (client) => [
        showText(`Request ${id}`, formatStory(await client.getRequest(id), now), { copy: id }),
      ],
    },
  ]
}

function cancel({ id, model }: RequestRow): readonly Effect[] {
  const question = {
    title: 'Cancel this request?',
    text: `${id}, to ${model ?? 'no model yet'}. Its client gets an error.`,
  }
  return [
    confirm({ ...question, yes: 'Cancel it' }, [
      {
        type: 'ask',
        what: `Cancel ${id}`,
        async run(client) {
          await client.cancelRequest(id)
          return [
            { type: 'toast', tone: 'good', text: `${id} is cancelled.` },
            { type: 'refresh', feeds: ['requests'] },
          ]
        },
      },
    ]),
  ]
}
