import type { HttpContext } from './http-env.ts'
import { type StreamEncoder, streamEvents } from './stream-events.ts'

/** Answers with server-sent events. What fails before the first event is thrown, so it still gets its own status. */
export async function answerStream<Event>(
  c: HttpContext,
  events: AsyncIterable<Event>,
  encoder: StreamEncoder<Event>,
): Promise<Response> {
  const iterator = events[Symbol.asyncIterator]()
  const first = await iterator.next()
  const { body, ended } = streamEvents({ events: iterator, first, encoder, request: c.env.open })
  c.env.streaming = ended
  return c.body(body, 200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    // Nginx would hold events back until its buffer is full.
    'x-accel-buffering': 'no',
  })
}
