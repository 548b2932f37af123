import type { Hono } from 'hono'
import { addModelSchema, copyModelSchema, editModelSchema, removeModelQuerySchema } from '../../api/models.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { parseBody } from '../../formats/parse-body.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { readAdminBody } from '../read-admin-body.ts'

/** Names stand in the path as one part, slashes as %2F. */
export function mountAdminModels(
  app: Hono<HttpEnv>,
  { catalog, body }: { catalog: Catalog; body: { maxBytes: number } },
): void {
  mountResource(app, '/llmd/v1/models', {
    GET: (c) => c.json({ data: catalog.list() }),
    POST: async (c) => {
      const model = await readAdminBody(c, addModelSchema, body)
      return c.json(await catalog.add(model, c.env.open.signal), 201)
    },
  })
  mountResource(app, '/llmd/v1/models/:name', {
    GET: (c) => c.json(catalog.get(c.req.param('name'))),
    PATCH: async (c) => {
      const change = await readAdminBody(c, editModelSchema, body)
      return c.json(await catalog.edit(c.req.param('name'), change))
    },
    DELETE: async (c) => {
      const query = parseBody(removeModelQuerySchema, c.req.query())
      const deleteFile = query.delete_file === 'true'
      return c.json(await catalog.remove(c.req.param('name'), { deleteFile }))
    },
  })
  mountResource(app, '/llmd/v1/models/:name/load', {
    POST: async (c) => c.json(await catalog.load(c.req.param('name'), c.env.open.signal)),
  })
  mountResource(app, '/llmd/v1/models/:name/unload', {
    POST: async (c) => c.json(await catalog.unload(c.req.param('name'))),
  })
  mountResource(app, '/llmd/v1/models/:name/copy', {
    POST: async (c) => {
      const { name } = await readAdminBody(c, copyModelSchema, body)
      return c.json(await catalog.copy(c.req.param('name'), name), 201)
    },
  })
  mountResource(app, '/llmd/v1/models/:name/check', {
    POST: async (c) => c.json(await catalog.check(c.req.param('name'), c.env.open.signal)),
  })
}
