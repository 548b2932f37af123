import type { Hono } from 'hono'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import type { HttpServices } from '../services.ts'

export function mountAdminSettings(app: Hono<HttpEnv>, { settings }: Pick<HttpServices, 'settings'>): void {
  mountResource(app, '/llmd/v1/settings', { GET: (c) => c.json(settings.list()) })
  mountResource(app, '/llmd/v1/reload', { POST: (c) => c.json(settings.reload()) })
}
