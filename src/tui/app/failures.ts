import type { DaemonEvent } from '../../api/events.ts'
import type { Failure } from '../contract.ts'

const mostKept = 100

/** The failures after these events, the newest first. */
export function followFailures(
  failures: readonly Failure[],
  events: readonly DaemonEvent[],
  now: number,
): readonly Failure[] {
  const more = events.flatMap((event) => describe(event, now)).toReversed()
  return more.length === 0 ? failures : [...more, ...failures].slice(0, mostKept)
}

function describe(event: DaemonEvent, at: number): Failure[] {
  switch (event.type) {
    case 'request.finished': {
      // A client that left is none.
      if (event.code === null && (event.status < 400 || event.status === 499)) return []
      const { model, path, code, status } = event
      return [{ at, where: model ?? path, message: `${code ?? `HTTP ${status}`} (${event.request_id})` }]
    }
    case 'model.failed':
    case 'download.failed':
      return [{ at, where: event.name, message: `${event.code}: ${event.message}` }]
    case 'model.unloaded':
      return event.reason === 'crashed' ? [{ at, where: event.name, message: 'its engine crashed' }] : []
    default:
      return []
  }
}
