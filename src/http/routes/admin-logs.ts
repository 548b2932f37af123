import type { Hono } from 'hono'
import type { TokenStore } from '../../access/token-store.ts'
import { logQuerySchema } from '../../api/logs.ts'
import { parseBody } from '../../formats/parse-body.ts'
import type { Logs } from '../../logs/open-logs.ts'
import { answerFeed } from '../answer-feed.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'

/** Lines that may be sent as one piece: each on its own would cost more than making it. */
const batch = 256

export function mountAdminLogs(
  app: Hono<HttpEnv>,
  { logs, tokens }: { logs: Pick<Logs, 'read'>; tokens: TokenStore },
): void {
  mountResource(app, '/llmd/v1/logs', {
    GET: (c) => {
      const query = parseBody(logQuerySchema, c.req.query())
      return answerFeed(c, { tokens, open: () => logs.read(query), encode: (json) => json, batch })
    },
  })
}
