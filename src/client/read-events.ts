import type { ErrorBody } from '../api/common.ts'
import { fromWireError } from './read-error.ts'
import { readServerSentEvents } from './server-sent-events.ts'

/** The items of a feed. @throws LlmdError the error in the stream */
export async function* readEvents<Item extends object>(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Item> {
  for await (const data of readServerSentEvents(body)) {
    const item: Item | ErrorBody = JSON.parse(data)
    if ('error' in item) throw fromWireError(item.error)
    yield item
  }
}
