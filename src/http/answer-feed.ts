import type { TokenStore } from '../access/token-store.ts'
import type { HttpContext } from './http-env.ts'
import { streamFeed, type FeedOptions, type FeedSource } from './stream-feed.ts'

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  // Nginx would hold events back until its buffer is full.
  'x-accel-buffering': 'no',
}

/** Answers with a feed, for as long as its reader may have it. A drain does not wait for it. */
export function answerFeed<Item>(
  c: HttpContext,
  options: {
    tokens: Pick<TokenStore, 'watch'>
    open: () => FeedSource<Item>
  } & Pick<FeedOptions<Item>, 'encode' | 'batch'>,
): Response {
  const { tokens, open, ...rest } = options
  // Nobody would read the stream, so nothing would end it.
  if (c.req.method === 'HEAD') return c.body(null, 200, headers)
  const request = c.env.open
  request.follow()
  const { tokenId, user } = c.env.principal
  const allowed = user?.isSignedIn ?? (tokenId === null ? () => true : tokens.watch(tokenId))
  const { body, ended } = streamFeed({
    ...rest,
    source: open(),
    request,
    allowed,
  })
  c.env.streaming = ended
  return c.body(body, 200, headers)
}
