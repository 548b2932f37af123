import type { DaemonEvent, EventType } from '../../api/events.ts'
import { readEvents } from '../read-events.ts'
import type { Calls } from '../create-calls.ts'

/** What happens in the daemon. */
export interface EventsClient {
  /**
   * What happens in the daemon from the first event on, which is `opened`; of these types, or all. Ends with the
   * daemon; an aborted signal ends it and its reason is thrown.
   */
  events(options?: { types?: readonly EventType[]; signal?: AbortSignal }): AsyncIterable<DaemonEvent>
}

export function eventsClient({ stream }: Calls): EventsClient {
  return {
    events({ types, signal } = {}) {
      const query = types ? `?types=${types.join(',')}` : ''
      return stream(
        { method: 'GET', path: `/llmd/v1/events${query}`, ...(signal && { signal }) },
        readEvents<DaemonEvent>,
      )
    },
  }
}
