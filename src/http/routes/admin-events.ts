import type { Hono } from 'hono'
import type { TokenStore } from '../../access/token-store.ts'
import { eventQuerySchema } from '../../api/events.ts'
import type { EventBus } from '../../events/create-event-bus.ts'
import { parseBody } from '../../formats/parse-body.ts'
import { answerFeed } from '../answer-feed.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'

export function mountAdminEvents(
  app: Hono<HttpEnv>,
  { events, tokens }: { events: EventBus; tokens: TokenStore },
): void {
  mountResource(app, '/llmd/v1/events', {
    GET: (c) => {
      const query = parseBody(eventQuerySchema, c.req.query())
      return answerFeed(c, { tokens, open: () => events.subscribe(query), encode: JSON.stringify })
    },
  })
}
