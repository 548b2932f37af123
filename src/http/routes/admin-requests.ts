import type { Hono } from 'hono'
import type { OpenRequest as OpenRequestAnswer } from '../../api/requests.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import type { OpenRequest, RequestTracker } from '../track-requests.ts'

export function mountAdminRequests(app: Hono<HttpEnv>, { requests }: { requests: RequestTracker }): void {
  mountResource(app, '/llmd/v1/requests', { GET: (c) => c.json({ data: requests.list().map(describe) }) })
  mountResource(app, '/llmd/v1/requests/:id', {
    DELETE: (c) => c.json(describe(requests.cancel(c.req.param('id')))),
  })
}

function describe({ id, path, model, tokenId, startedAt }: OpenRequest): OpenRequestAnswer {
  return { id, path, model, token: tokenId, started_at: startedAt.toISOString() }
}
