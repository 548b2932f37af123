import type { Hono } from 'hono'
import type { TokenStore } from '../../access/token-store.ts'
import { eventQuerySchema } from '../../api/events.ts'
import type { EventBus } from '../../events/create-event-bus.ts'
import { parseBody } from '../../formats/parse-body.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { streamFeed } from '../stream-feed.ts'

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  // Nginx would hold events back until its buffer is full.
  'x-accel-buffering': 'no',
}

export function mountAdminEvents(
  app: Hono<HttpEnv>,
  { events, tokens }: { events: EventBus; tokens: TokenStore },
): void {
  mountResource(app, '/llmd/v1/events', {
    GET: (c) => {
      const query = parseBody(eventQuerySchema, c.req.query())
      // Nobody would read the stream, so nothing would end it.
      if (c.req.method === 'HEAD') return c.body(null, 200, headers)
      const request = c.get('open')
      request.follow()
      const { tokenId } = c.get('principal')
      const { body, ended } = streamFeed({
        subscription: events.subscribe(query),
        request,
        allowed: () => tokenId === null || tokens.isLive(tokenId),
      })
      c.set('streaming', ended)
      return c.body(body, 200, headers)
    },
  })
}
