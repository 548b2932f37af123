import type { Hono } from 'hono'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import type { HttpServices } from '../services.ts'

/** What Prometheus reads. It never loads a model. */
export function mountMetrics(app: Hono<HttpEnv>, { metrics }: Pick<HttpServices, 'metrics'>): void {
  mountResource(app, '/metrics', {
    GET: async (c) =>
      c.body(await metrics.read(), 200, {
        'content-type': 'text/plain; version=0.0.4; charset=utf-8',
        'cache-control': 'no-store',
      }),
  })
}
