import type { Hono } from 'hono'
import { createDeploymentSchema, extendDeploymentSchema } from '../../api/deployments.ts'
import type { Deployments } from '../../deployments/deployments.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { readAdminBody } from '../read-admin-body.ts'

export function mountAdminDeployments(
  app: Hono<HttpEnv>,
  {
    deployments,
    body,
  }: {
    deployments: Pick<Deployments, 'list' | 'get' | 'add' | 'extend' | 'stop' | 'takeKey'>
    body: { maxBytes: number }
  },
): void {
  mountResource(app, '/llmd/v1/deployments', {
    GET: (c) => c.json({ data: deployments.list() }),
    POST: async (c) => {
      const wanted = await readAdminBody(c, createDeploymentSchema, body)
      return c.json(await deployments.add(wanted, c.env.principal), 201)
    },
  })
  mountResource(app, '/llmd/v1/deployments/:id', {
    GET: (c) => c.json(deployments.get(c.req.param('id'))),
    DELETE: async (c) => c.json(await deployments.stop(c.req.param('id'))),
  })
  mountResource(app, '/llmd/v1/deployments/:id/extend', {
    POST: async (c) => {
      const by = await readAdminBody(c, extendDeploymentSchema, body)
      return c.json(await deployments.extend(c.req.param('id'), by))
    },
  })
  // No GET: whoever looks twice, or asks for the headers alone, must not lose it.
  mountResource(app, '/llmd/v1/deployments/:id/key', {
    POST: (c) => c.json(deployments.takeKey(c.req.param('id'), c.env.principal)),
  })
}
