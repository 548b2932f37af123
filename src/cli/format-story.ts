import { formatCredits } from '../api/credits.ts'
import type { RequestStory } from '../api/requests.ts'
import { formatMilliseconds, formatRelativeTime } from './format.ts'
import { formatPairs, formatTable } from './table.ts'

type Pair = [name: string, value: string]

/** The story of a request, for people: what is not known is left out. */
export function formatStory(story: RequestStory, now?: number): string {
  const { id, path, model, token, token_name, started_at, route, usage, attempts } = story
  const pairs: Pair[] = [
    ['ID', id],
    ['Path', path],
    ['Status', describeStatus(story)],
    ['Started', `${started_at} (${formatRelativeTime(started_at, now)})`],
    ['Token', token === null ? 'none was needed' : (token_name ?? token)],
    ...optional('Model', model),
    ...optional('Stands for', route && describeRoute(route)),
    ...optional('Answered by', describeTarget(story)),
    ...optional('Waited', describeWaits(story)),
    ...optional('First byte', story.first_byte_ms === null ? null : formatMilliseconds(story.first_byte_ms)),
    ['Took', formatMilliseconds(story.ms)],
    ...optional('Prompt', usage && tokens(usage.prompt_tokens, usage.cached_tokens, 'cached')),
    ...optional('Output', usage && tokens(usage.completion_tokens, usage.reasoning_tokens, 'thinking')),
    ...optional('Credits', story.credits === undefined ? null : formatCredits(story.credits)),
    ...optional('Speed', describeSpeed(story)),
    ...optional('Attempts', attempts ? null : String(story.attempt_count)),
  ]
  const table = attempts && attempts.length > 0 ? `\n\n${formatAttempts(story, attempts)}` : ''
  return formatPairs(pairs) + table
}

/** Tokens a second, from the first byte on; null where that says nothing. */
export function speedOf({ usage, ms, first_byte_ms }: RequestStory): number | null {
  const seconds = (ms - (first_byte_ms ?? ms)) / 1000
  return usage && usage.completion_tokens > 1 && seconds > 0.001 ? usage.completion_tokens / seconds : null
}

function describeStatus({ status, code }: RequestStory): string {
  if (status === null) return 'open'
  if (status === 499) return '499, the client left'
  return code === null ? String(status) : `${status}, ${code}`
}

function describeRoute({ strategy, targets }: NonNullable<RequestStory['route']>): string {
  return strategy === null ? targets.join(', ') : `${strategy}: ${targets.join(', ')}`
}

function describeTarget({ target, provider, status }: RequestStory): string | null {
  // Nothing did, but the attempts tell who tried.
  if (target === null || (status !== null && status >= 500)) return null
  return provider === null ? `${target}, here` : `${target} of ${provider}`
}

function describeWaits({ model_wait_ms, turn_wait_ms }: RequestStory): string | null {
  const waits = [
    ...(model_wait_ms === null ? [] : [`${formatMilliseconds(model_wait_ms)} for the model`]),
    ...(turn_wait_ms === null ? [] : [`${formatMilliseconds(turn_wait_ms)} for a slot`]),
  ]
  return waits.length === 0 ? null : waits.join(', ')
}

function describeSpeed(story: RequestStory): string | null {
  const speed = speedOf(story)
  return speed === null ? null : `${speed.toFixed(1)} tokens a second`
}

function formatAttempts(story: RequestStory, attempts: NonNullable<RequestStory['attempts']>): string {
  return formatTable(
    ['ATTEMPT', 'AFTER', 'TOOK', 'OUTCOME', 'STATUS', 'CODE'],
    attempts.map(({ target, started_at, ms, outcome, status, code }) => [
      target,
      formatMilliseconds(Date.parse(started_at) - Date.parse(story.started_at)),
      formatMilliseconds(ms),
      outcome,
      status === null ? '-' : String(status),
      code ?? '-',
    ]),
  )
}

function tokens(count: number, part: number, name: string): string {
  return `${count} tokens${part > 0 ? `, ${part} of them ${name}` : ''}`
}

function optional(name: string, value: string | null): Pair[] {
  return value === null ? [] : [[name, value]]
}
