import type { Hono } from 'hono'
import type { TokenStore } from '../../access/token-store.ts'
import { createTokenSchema, editTokenSchema } from '../../api/tokens.ts'
import type { Deployments } from '../../deployments/deployments.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { readAdminBody } from '../read-admin-body.ts'

export function mountAdminTokens(
  app: Hono<HttpEnv>,
  {
    tokens,
    deployments,
    body,
  }: {
    tokens: TokenStore
    deployments: Pick<Deployments, 'createKey'>
    body: { maxBytes: number }
  },
): void {
  mountResource(app, '/llmd/v1/tokens', {
    GET: (c) => c.json({ data: tokens.list() }),
    POST: async (c) => {
      const token = await readAdminBody(c, createTokenSchema, body)
      const maker = c.env.principal
      const created =
        token.deployment === null
          ? await tokens.create(token, maker)
          : await deployments.createKey(token.deployment, token, maker)
      return c.json(created, 201)
    },
  })
  mountResource(app, '/llmd/v1/tokens/:id', {
    GET: (c) => c.json(tokens.get(c.req.param('id'))),
    PATCH: async (c) => {
      const change = await readAdminBody(c, editTokenSchema, body)
      return c.json(await tokens.edit(c.req.param('id'), change, c.env.principal))
    },
    DELETE: async (c) => c.json(await tokens.revoke(c.req.param('id'))),
  })
  mountResource(app, '/llmd/v1/tokens/:id/rotate', {
    POST: async (c) => c.json(await tokens.rotate(c.req.param('id'), c.env.principal)),
  })
}
