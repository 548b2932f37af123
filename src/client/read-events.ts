import type { ErrorBody } from '../api/common.ts'
import type { DaemonEvent } from '../api/events.ts'
import { fromWireError } from './read-error.ts'
import { readServerSentEvents } from './server-sent-events.ts'

/** @throws LlmdError the error in the stream */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<DaemonEvent> {
  for await (const data of readServerSentEvents(body)) {
    const item: DaemonEvent | ErrorBody = JSON.parse(data)
    if ('error' in item) throw fromWireError(item.error)
    yield item
  }
}
