import { describe, expect, it } from 'vitest'
import { errorBodySchema } from '../../src/api/common.ts'
import {
  providerListSchema,
  providerModelListSchema,
  providerPresetListSchema,
  providerSchema,
  providerTestSchema,
} from '../../src/api/providers.ts'
import { call } from './call.ts'
import { type Fake, fakeApp, keys } from './fake-services.ts'

const admin = (fake: Fake, method: string, path: string, json?: unknown) =>
  call(fake, { method, path: `/llmd/v1${path}`, key: keys.admin, ...(json !== undefined && { json }) })

const add = { name: 'lab', base_url: 'https://api.example/v1', key: 'sk-1', models: ['one'] }

describe('the admin API of providers', () => {
  it('adds, shows, changes, tests and removes one', async () => {
    const fake = fakeApp()
    const added = await admin(fake, 'POST', '/providers', add)
    expect(added.status).toBe(201)
    expect(providerSchema.parse(added.body)).toMatchObject({ name: 'lab', has_key: true, models: ['one'] })
    expect(JSON.stringify(added.body)).not.toContain('sk-1')
    expect(providerListSchema.parse((await admin(fake, 'GET', '/providers')).body).data).toHaveLength(1)
    const edited = await admin(fake, 'PATCH', '/providers/lab', { prefix: 'l/' })
    expect(providerSchema.parse(edited.body)).toMatchObject({ prefix: 'l/' })
    const test = await admin(fake, 'POST', '/providers/lab/test', { model: 'one' })
    expect(providerTestSchema.parse(test.body)).toMatchObject({ ok: true, model: 'one' })
    const models = await admin(fake, 'GET', '/providers/lab/models')
    expect(providerModelListSchema.parse(models.body).data).toHaveLength(2)
    expect(await admin(fake, 'DELETE', '/providers/lab')).toMatchObject({ status: 200 })
    expect(errorBodySchema.parse((await admin(fake, 'GET', '/providers/lab')).body).error).toMatchObject({
      code: 'provider_not_found',
      hint: 'Look.',
    })
  })

  it('tries and lists what is not saved, and knows presets', async () => {
    const draft = { preset: 'openai', key: 'sk-1' }
    const test = await admin(fakeApp(), 'POST', '/provider-tests', { ...draft, model: 'm' })
    expect(providerTestSchema.parse(test.body)).toMatchObject({ ok: true, model: 'm' })
    const models = await admin(fakeApp(), 'POST', '/provider-models', draft)
    expect(providerModelListSchema.parse(models.body).data[0]).toEqual({ id: 'one', served_as: null })
    const presets = await admin(fakeApp(), 'GET', '/provider-presets')
    expect(providerPresetListSchema.parse(presets.body).data).toHaveLength(1)
  })

  it('says why it saved nothing', async () => {
    expect(await admin(fakeApp(), 'POST', '/providers', { ...add, name: 'broken' })).toMatchObject({
      status: 409,
      body: { error: { code: 'provider_test_failed', message: 'Invalid API key' } },
    })
  })

  it.each([
    ['POST', '/providers', { ...add, nmae: 'x' }, 'nmae'],
    ['POST', '/providers', { ...add, name: 'a/b' }, 'name'],
    ['POST', '/providers', { ...add, headers: { Cookie: 'a' } }, 'headers.Cookie'],
    ['POST', '/providers', { ...add, model: 'one' }, 'model'],
    ['PATCH', '/providers/lab', { name: 'other' }, 'name'],
    ['PATCH', '/providers/lab', { preset: 'openai' }, 'preset'],
    ['PATCH', '/providers/lab', { add_models: ['a b'] }, 'add_models[0]'],
    ['POST', '/providers/lab/test', { preset: 'openai' }, 'preset'],
    ['POST', '/provider-tests', { models: ['one'] }, 'models'],
    ['POST', '/provider-models', { model: 'one' }, 'model'],
  ])('%s %s refuses %j and names the field', async (method, path, json, param) => {
    const { status, body } = await admin(fakeApp(), method, path, json)
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'invalid_request', param })
  })

  it.each([
    ['GET', '/providers'],
    ['POST', '/providers'],
    ['GET', '/provider-presets'],
    ['POST', '/provider-tests'],
    ['POST', '/provider-models'],
    ['DELETE', '/providers/lab'],
  ])('%s %s is for admins', async (method, path) => {
    const answer = await call(fakeApp(), { method, path: `/llmd/v1${path}`, key: keys.llm })
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'permission_denied' } } })
  })
})
