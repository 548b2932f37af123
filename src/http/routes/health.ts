import type { Hono } from 'hono'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import type { RequestTracker } from '../track-requests.ts'

/** `/health`: the daemon runs. `/ready`: it takes requests. */
export function mountHealth(app: Hono<HttpEnv>, { requests }: { requests: RequestTracker }): void {
  mountResource(app, '/health', { GET: (c) => c.json({ status: 'ok' }) })
  mountResource(app, '/ready', {
    GET: (c) =>
      requests.draining
        ? c.json({ status: 'draining' }, 503, { 'retry-after': '1' })
        : c.json({ status: 'ok' }),
  })
}
