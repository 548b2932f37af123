import type { Hono } from 'hono'
import { type PriceKind, priceNameSchema, setPriceSchema } from '../../api/prices.ts'
import { parseBody } from '../../formats/parse-body.ts'
import type { PriceStore } from '../../prices/price-store.ts'
import type { HttpContext, HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { readAdminBody } from '../read-admin-body.ts'

export function mountAdminPrices(
  app: Hono<HttpEnv>,
  { prices, body }: { prices: PriceStore; body: { maxBytes: number } },
): void {
  mountResource(app, '/llmd/v1/prices', { GET: (c) => c.json({ data: prices.list() }) })

  const set = async (c: HttpContext, kind: PriceKind, name: string) => {
    const price = await readAdminBody(c, setPriceSchema, body)
    return c.json(await prices.set(kind, parseBody(priceNameSchema, { name }).name, price))
  }
  mountResource(app, '/llmd/v1/prices/models/:name', {
    PUT: (c) => set(c, 'model', c.req.param('name')),
    DELETE: async (c) => c.json(await prices.remove('model', c.req.param('name'))),
  })
  mountResource(app, '/llmd/v1/prices/tiers/:name', {
    PUT: (c) => set(c, 'tier', c.req.param('name')),
    DELETE: async (c) => c.json(await prices.remove('tier', c.req.param('name'))),
  })
}
