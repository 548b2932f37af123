import { expect, it } from 'vitest'
import { priceListSchema, priceSchema } from '../../src/api/prices.ts'
import { call } from './call.ts'
import { type Fake, fakeApp, keys } from './fake-services.ts'

const admin = (fake: Fake, method: string, path: string, json?: unknown) =>
  call(fake, { method, path: `/llmd/v1${path}`, key: keys.admin, ...(json !== undefined && { json }) })

it('prices are set, listed and removed', async () => {
  const fake = fakeApp()
  const set = await admin(fake, 'PUT', '/prices/models/lab%2Fbig', { input: 1.5 })
  expect(set.status).toBe(200)
  expect(priceSchema.parse(set.body)).toEqual({
    kind: 'model',
    name: 'lab/big',
    input: 1.5,
    cached_input: null,
    output: 0,
  })
  await admin(fake, 'PUT', '/prices/tiers/small', { input: 1, cached_input: 0, output: 2 })
  expect(priceListSchema.parse((await admin(fake, 'GET', '/prices')).body).data).toHaveLength(2)
  expect(await admin(fake, 'DELETE', '/prices/models/lab%2Fbig')).toMatchObject({ status: 200 })
  expect(await admin(fake, 'DELETE', '/prices/models/lab%2Fbig')).toMatchObject({
    status: 404,
    body: { error: { code: 'price_not_found' } },
  })
  expect(await admin(fake, 'DELETE', '/prices/tiers/small')).toMatchObject({ status: 200 })
})

it.each([
  ['m', {}, 'input'],
  ['m', { input: -1 }, 'input'],
  ['m', { input: 0.000_000_1 }, 'input'],
  ['m', { input: 2_000_000 }, 'input'],
  ['m', { input: 1, output: '2' }, 'output'],
  ['m', { input: 1, currency: 'EUR' }, 'currency'],
  ['a%20b', { input: 1 }, 'name'],
])('no price is made of %s with %j', async (name, json, param) => {
  const fake = fakeApp()
  const { status, body } = await admin(fake, 'PUT', `/prices/models/${name}`, json)
  expect(status).toBe(400)
  expect(body.error).toMatchObject({ code: 'invalid_request', param })
  expect(fake.services.prices.list()).toEqual([])
})
