import type { Hono } from 'hono'
import { requireScopes } from '../../access/require-scopes.ts'
import type { TokenStore } from '../../access/token-store.ts'
import {
  addIssuerSchema,
  editIssuerSchema,
  testIssuerSchema,
  type IssuerSettings,
} from '../../api/issuers.ts'
import { scopeSchema, type Scope } from '../../api/tokens.ts'
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
    POST: async (c) => {
      const issuer = await readAdminBody(c, addIssuerSchema, body)
      requireScopes(handedOut(issuer), c.env.principal)
      return c.json(await issuers.add(issuer), 201)
    },
  })
  mountResource(app, '/llmd/v1/issuers/:name', {
    GET: (c) => c.json(issuers.get(c.req.param('name'))),
    PATCH: async (c) => {
      const change = await readAdminBody(c, editIssuerSchema, body)
      const name = c.req.param('name')
      // Also what it handed out before: with other keys, or for another audience, that may be for others.
      requireScopes(handedOut({ ...issuers.get(name), ...change }), c.env.principal)
      return c.json(await issuers.edit(name, change))
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

/** All that its users may come to have. */
function handedOut({ grants, default_scopes }: Pick<IssuerSettings, 'grants' | 'default_scopes'>): Scope[] {
  return scopeSchema.options.filter(
    (scope) => default_scopes.includes(scope) || grants.some((grant) => grant.scope === scope),
  )
}
