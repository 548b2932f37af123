import type { Hono } from 'hono'
import { tokenNotFound } from '../../access/token-refusals.ts'
import type { Principal, TokenStore } from '../../access/token-store.ts'
import { createApiKeySchema, type ApiKey, type CreatedApiKey } from '../../api/api-keys.ts'
import type { Token } from '../../api/tokens.ts'
import { LlmdError } from '../../errors.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { readAdminBody } from '../read-admin-body.ts'

/** Keys that users make for themselves. Those of `admin` see the keys of all, and may revoke them. */
export function mountApiKeys(
  app: Hono<HttpEnv>,
  { tokens, body }: { tokens: Pick<TokenStore, 'list' | 'create' | 'revoke'>; body: { maxBytes: number } },
): void {
  const visibleTo = (principal: Principal) => {
    const { user, scopes } = requireManager(principal)
    const seesAll = scopes.has('admin')
    return tokens
      .list()
      .filter(({ owner, revoked_at }) => revoked_at === null && (seesAll || owner === user?.id))
  }

  mountResource(app, '/v1/api-keys', {
    GET: (c) => c.json({ data: visibleTo(c.env.principal).map(describe) }),
    POST: async (c) => {
      const principal = requireManager(c.env.principal)
      const { user } = principal
      const { name } = await readAdminBody(c, createApiKeySchema, body)
      const token = await tokens.create(
        { name, scopes: ['llm-all'], expires_at: null, ...(user && { owner: user.id }) },
        principal,
      )
      if (user && !user.isSignedIn()) {
        await tokens.revoke(token.id)
        throw new LlmdError('invalid_api_key', 'The JWT does not hold any more.')
      }
      const { id, masked, created_at } = describe(token)
      const created: CreatedApiKey = { id, name, key: token.key, masked, created_at }
      return c.json(created, 201)
    },
  })
  mountResource(app, '/v1/api-keys/:id', {
    DELETE: async (c) => {
      const id = c.req.param('id')
      // Of others nobody is told that they exist.
      if (!visibleTo(c.env.principal).some((token) => token.id === id)) throw tokenNotFound(id)
      return c.json(describe(await tokens.revoke(id)))
    },
  })
}

function requireManager(principal: Principal): Principal {
  if (principal.user || principal.scopes.has('admin')) return principal
  throw new LlmdError('permission_denied', 'Keys are made with a JWT, or a token with the scope admin.')
}

function describe({ id, name, masked, created_at }: Token): ApiKey {
  return { id, name, masked, created_at }
}
