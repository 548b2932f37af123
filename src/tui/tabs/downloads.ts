import type { Download } from '../../api/downloads.ts'
import { formatDownload } from '../../cli/format-download.ts'
import { formatBytes, formatRelativeTime } from '../../cli/format.ts'
import { shortDuration } from '../app/short-duration.ts'
import type { Effect, Tab } from '../contract.ts'
import { confirm } from '../dialogs/confirm.ts'
import { openForm } from '../dialogs/form.ts'
import { showText } from '../dialogs/show-text.ts'
import { bar } from '../draw/bar.ts'
import type { CellText } from '../draw/table.ts'
import { pullModelForm } from '../forms/pull-model.ts'
import { listTab, type ListState } from './list-tab.ts'

const none: CellText = { text: '-', style: 'muted' }

/** What is downloaded, and what was. */
export function downloadsTab(): Tab<ListState> {
  return listTab<Download>({
    id: 'downloads',
    title: 'Downloads',
    feeds: ['downloads'],
    rows: ({ data }) => (data.downloads ?? []).toSorted((one, other) => overAs(one) - overAs(other)),
    key: ({ id }) => id,
    empty: () => 'Nothing was downloaded yet. Press a to pull a model from the hub or an address.',
    columns: [
      { title: 'MODEL', width: 12, grows: true, cell: ({ name }) => ({ text: name, style: 'strong' }) },
      { title: 'STATE', width: 11, cell: describeState },
      { title: 'PROGRESS', width: 19, cell: describeProgress, order: shareOf },
      {
        title: 'SIZE',
        width: 8,
        right: true,
        drop: 2,
        cell: ({ total_bytes }) => (total_bytes === 0 ? none : { text: formatBytes(total_bytes) }),
        order: ({ total_bytes }) => total_bytes,
      },
      {
        title: 'SPEED',
        width: 10,
        right: true,
        cell: ({ bytes_per_second: speed }) => (speed === null ? none : { text: `${formatBytes(speed)}/s` }),
        order: ({ bytes_per_second }) => bytes_per_second ?? -1,
      },
      { title: 'LEFT', width: 7, right: true, drop: 1, cell: describeTimeLeft },
      {
        title: 'BEGUN',
        width: 14,
        drop: 3,
        cell: ({ created_at }, { now }) => ({ text: formatRelativeTime(created_at, now), style: 'muted' }),
        order: ({ created_at }) => created_at,
      },
      {
        title: 'SOURCE',
        width: 20,
        grows: true,
        drop: 4,
        cell: ({ source }) => ({ text: source, style: 'muted' }),
      },
    ],
    actions: [
      {
        name: 'show',
        key: 'enter',
        title: 'Show',
        help: 'How far a download is, where its files go, and why it failed',
        run: (download) => (download ? [showText(download.name, formatDownload(download))] : []),
      },
      {
        name: 'pull',
        key: 'a',
        title: 'Pull',
        help: 'Download a model from the hub or an address',
        free: true,
        run: () => [openForm(pullModelForm())],
      },
      {
        name: 'pause',
        key: 'p',
        title: 'Pause',
        help: 'Stop a download, and keep what is there',
        ready: isUnderWay,
        run: (download) => (download ? pause(download) : []),
      },
      {
        name: 'resume',
        key: 'r',
        title: 'Resume',
        help: 'Go on with one that is paused or has failed',
        ready: isHalted,
        run: (download) => (download ? resume(download) : []),
      },
      {
        name: 'cancel',
        key: 'd',
        title: 'Cancel',
        help: 'Give a download up, and remove what is there of it',
        ready: ({ state }) => state !== 'finished',
        run: (download) => (download ? cancel(download) : []),
      },
    ],
  })
}

/** What is finished comes last, the newest first. */
function overAs({ state, created_at }: Download): number {
  return state === 'finished' ? -Date.parse(created_at) : Number.MIN_SAFE_INTEGER
}

function isUnderWay({ state }: Download): boolean {
  return state === 'queued' || state === 'running' || state === 'verifying'
}

function isHalted({ state }: Download): boolean {
  return state === 'paused' || state === 'failed'
}

function describeState({ state }: Download): CellText {
  switch (state) {
    case 'finished':
      return { text: '✓ finished', style: 'good' }
    case 'failed':
      return { text: '✗ failed', style: 'bad' }
    case 'paused':
    case 'queued':
      return { text: `○ ${state}`, style: 'warn' }
    default:
      return { text: `● ${state}`, style: 'accent' }
  }
}

function shareOf({ received_bytes, total_bytes }: Download): number {
  return total_bytes === 0 ? 0 : received_bytes / total_bytes
}

function describeProgress(download: Download): CellText {
  const share = shareOf(download)
  const drawn = bar(share, 14)
    .map(({ text }) => text)
    .join('')
  const { style } = describeState(download)
  return { text: `${drawn} ${String(Math.floor(share * 100)).padStart(3)}%`, ...(style && { style }) }
}

function describeTimeLeft({ bytes_per_second: speed, received_bytes, total_bytes }: Download): CellText {
  return speed ? { text: shortDuration((total_bytes - received_bytes) / speed) } : none
}

function pause({ id, name }: Download): readonly Effect[] {
  return [
    {
      type: 'ask',
      what: `Pause ${name}`,
      async run(client) {
        await client.pauseDownload(id)
        return [
          { type: 'toast', tone: 'good', text: `${name} is paused.` },
          { type: 'refresh', feeds: ['downloads'] },
        ]
      },
    },
  ]
}

function resume({ id, name }: Download): readonly Effect[] {
  return [
    {
      type: 'ask',
      what: `Resume ${name}`,
      async run(client) {
        await client.resumeDownload(id)
        return [
          { type: 'toast', tone: 'good', text: `${name} goes on.` },
          { type: 'refresh', feeds: ['downloads'] },
        ]
      },
    },
  ]
}

function cancel({ id, name }: Download): readonly Effect[] {
  const question = {
    title: `Give the download of ${name} up?`,
    text: 'What is there of it is removed.',
    yes: 'Cancel it',
  }
  return [
    confirm(question, [
      {
        type: 'ask',
        what: `Cancel ${name}`,
        async run(client) {
          await client.cancelDownload(id)
          return [
            { type: 'toast', tone: 'good', text: `${name} is given up.` },
            { type: 'refresh', feeds: ['downloads', 'models'] },
          ]
        },
      },
    ]),
  ]
}
