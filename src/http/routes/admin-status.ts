import type { Hono } from 'hono'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import type { HttpServices } from '../services.ts'

export function mountAdminStatus(app: Hono<HttpEnv>, services: Pick<HttpServices, 'status' | 'stop'>): void {
  mountResource(app, '/llmd/v1/status', { GET: (c) => c.json(services.status()) })
  mountResource(app, '/llmd/v1/stop', {
    POST: (c) => {
      services.stop()
      return c.json({}, 202)
    },
  })
}
