import type { Hono } from 'hono'
import { addDownloadSchema } from '../../api/downloads.ts'
import type { Downloads } from '../../downloads/downloads.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { readAdminBody } from '../read-admin-body.ts'

/** The name of a model stands in the path as one part, slashes as %2F. */
export function mountAdminDownloads(
  app: Hono<HttpEnv>,
  {
    downloads,
    body,
  }: { downloads: Omit<Downloads, 'start' | typeof Symbol.asyncDispose>; body: { maxBytes: number } },
): void {
  mountResource(app, '/llmd/v1/downloads', {
    GET: (c) => c.json({ data: downloads.list() }),
    POST: async (c) => {
      const download = await readAdminBody(c, addDownloadSchema, body)
      return c.json(await downloads.add(download, c.env.open.signal), 201)
    },
  })
  mountResource(app, '/llmd/v1/downloads/:id', {
    GET: (c) => c.json(downloads.get(c.req.param('id'))),
    DELETE: async (c) => c.json(await downloads.cancel(c.req.param('id'))),
  })
  mountResource(app, '/llmd/v1/downloads/:id/pause', {
    POST: async (c) => c.json(await downloads.pause(c.req.param('id'))),
  })
  mountResource(app, '/llmd/v1/downloads/:id/resume', {
    POST: async (c) => c.json(await downloads.resume(c.req.param('id'))),
  })
}
