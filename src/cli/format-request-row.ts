import type { RequestStory } from '../api/requests.ts'
import { displayWidth, shorten } from './display-width.ts'
import { formatMilliseconds } from './format.ts'
import { speedOf } from './format-story.ts'
import { safe } from './safe-text.ts'

/** `id`, `status`, `first`, `speed`: what they hold is never longer. */
const fixed = { id: 36, status: 6, first: 6, speed: 5 }
const flexible = 3
const gaps = 6

/** One line about one request, as wide as the heading of this width. */
export function formatRequestRow(story: RequestStory, width: number): string {
  const speed = speedOf(story)
  return row(
    {
      id: story.id,
      token: story.token_name ?? '-',
      model: story.model ?? '-',
      route: story.provider ?? (story.target === null ? '-' : 'local'),
      status: story.status === null ? 'open' : String(story.status),
      first: formatMilliseconds(story.first_byte_ms),
      speed: speed === null ? '-' : speed.toFixed(speed < 100 ? 1 : 0),
    },
    width,
  )
}

export function formatRequestHeading(width: number): string {
  return row(
    {
      id: 'ID',
      token: 'TOKEN',
      model: 'MODEL',
      route: 'ROUTE',
      status: 'STATUS',
      first: 'FIRST',
      speed: 'TOK/S',
    },
    width,
  )
}

type Column = keyof typeof fixed | 'token' | 'model' | 'route'

function row(cells: Record<Column, string>, width: number): string {
  const rest = width - gaps - Object.values(fixed).reduce((sum, each) => sum + each, 0)
  const share = Math.max(4, Math.floor(rest / flexible))
  return [
    left(cells.id, fixed.id),
    left(cells.token, share),
    left(cells.model, share),
    left(cells.route, share),
    cells.status.padStart(fixed.status),
    cells.first.padStart(fixed.first),
    cells.speed.padStart(fixed.speed),
  ].join(' ')
}

function left(text: string, columns: number): string {
  const short = shorten(safe(text), columns)
  return short + ' '.repeat(Math.max(0, columns - displayWidth(short)))
}
