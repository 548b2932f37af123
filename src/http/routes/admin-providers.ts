import type { Hono } from 'hono'
import {
  addProviderSchema,
  draftProviderSchema,
  editProviderSchema,
  testProviderSchema,
  tryProviderSchema,
} from '../../api/providers.ts'
import type { ProviderStore } from '../../providers/provider-store.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { readAdminBody } from '../read-admin-body.ts'

export function mountAdminProviders(
  app: Hono<HttpEnv>,
  { providers, body }: { providers: ProviderStore; body: { maxBytes: number } },
): void {
  mountResource(app, '/llmd/v1/provider-presets', { GET: (c) => c.json({ data: providers.presets() }) })
  mountResource(app, '/llmd/v1/provider-tests', {
    POST: async (c) => {
      const draft = await readAdminBody(c, tryProviderSchema, body)
      return c.json(await providers.try(draft, c.env.open.signal))
    },
  })
  mountResource(app, '/llmd/v1/provider-models', {
    POST: async (c) => {
      const draft = await readAdminBody(c, draftProviderSchema, body)
      return c.json({ data: await providers.discover(draft, c.env.open.signal) })
    },
  })
  mountResource(app, '/llmd/v1/providers', {
    GET: (c) => c.json({ data: providers.list() }),
    POST: async (c) => {
      const provider = await readAdminBody(c, addProviderSchema, body)
      return c.json(await providers.add(provider, c.env.open.signal), 201)
    },
  })
  mountResource(app, '/llmd/v1/providers/:name', {
    GET: (c) => c.json(providers.get(c.req.param('name'))),
    PATCH: async (c) => {
      const change = await readAdminBody(c, editProviderSchema, body)
      return c.json(await providers.edit(c.req.param('name'), change, c.env.open.signal))
    },
    DELETE: async (c) => c.json(await providers.remove(c.req.param('name'))),
  })
  mountResource(app, '/llmd/v1/providers/:name/test', {
    POST: async (c) => {
      const difference = await readAdminBody(c, testProviderSchema, body)
      return c.json(await providers.test(c.req.param('name'), difference, c.env.open.signal))
    },
  })
  mountResource(app, '/llmd/v1/providers/:name/models', {
    GET: async (c) => c.json({ data: await providers.models(c.req.param('name'), c.env.open.signal) }),
  })
}
