import type { Hono } from 'hono'
import type { TokenStore } from '../../access/token-store.ts'
import { addIssuerSchema, editIssuerSchema, testIssuerSchema } from '../../api/issuers.ts'
import type { IssuerStore } from '../../issuers/issuer-store.ts'
import { userIdPrefix } from '../../issuers/user-id.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { readAdminBody } from '../read-admin-body.ts'

export function mountAdminIssuers(
  app: Hono<HttpEnv>,
  {
    issuers,
    tokens,
    body,
  }: { issuers: IssuerStore; tokens: Pick<TokenStore, 'revokeOfOwners'>; body: { maxBytes: number } },
): void {
  mountResource(app, '/llmd/v1/issuers', {
    GET: (c) => c.json({ data: issuers.list() }),
    POST: async (c) => c.json(await issuers.add(await readAdminBody(c, addIssuerSchema, body)), 201),
  })
  mountResource(app, '/llmd/v1/issuers/:name', {
    GET: (c) => c.json(issuers.get(c.req.param('name'))),
    PATCH: async (c) => {
      const change = await readAdminBody(c, editIssuerSchema, body)
      return c.json(await issuers.edit(c.req.param('name'), change))
    },
    DELETE: async (c) => {
      const { name } = issuers.get(c.req.param('name'))
      // Before, so that nothing is left of it should this end in between; after, for keys that were made meanwhile.
      await tokens.revokeOfOwners(userIdPrefix(name))
      const issuer = await issuers.remove(name)
      await tokens.revokeOfOwners(userIdPrefix(name))
      return c.json(issuer)
    },
  })
  mountResource(app, '/llmd/v1/issuers/:name/test', {
    POST: async (c) => {
      const test = await readAdminBody(c, testIssuerSchema, body)
      return c.json(await issuers.test(c.req.param('name'), test))
    },
  })
}
