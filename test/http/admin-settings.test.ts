import { expect, it } from 'vitest'
import { reloadedSchema, settingListSchema } from '../../src/api/settings.ts'
import { LlmdError } from '../../src/errors.ts'
import { call } from './call.ts'
import { fakeApp, keys } from './fake-services.ts'

it('lists the settings in force, and where they are kept', async () => {
  const fake = fakeApp()
  const setting = { name: 'server.allowedHosts', value: ['a.example'], source: 'file', live: true } as const
  fake.services.settings.list = () => ({ data: [setting], path: '/etc/llmd/config.json' })
  const { status, body } = await call(fake, { path: '/llmd/v1/settings', key: keys.admin })
  expect(status).toBe(200)
  expect(settingListSchema.strict().parse(body)).toEqual({ data: [setting], path: '/etc/llmd/config.json' })
})

it('has them read again', async () => {
  const { status, body } = await call(fakeApp(), {
    method: 'POST',
    path: '/llmd/v1/reload',
    key: keys.admin,
  })
  expect(status).toBe(200)
  expect(reloadedSchema.strict().parse(body)).toEqual({ applied: ['log.level'], needs_restart: [] })
})

it('tells what is wrong with them', async () => {
  const fake = fakeApp()
  fake.services.settings.reload = () => {
    throw new LlmdError('invalid_settings', 'log.level must be one of debug, not "loud".')
  }
  const { status, body } = await call(fake, { method: 'POST', path: '/llmd/v1/reload', key: keys.admin })
  expect(status).toBe(500)
  expect(body).toMatchObject({
    error: { code: 'invalid_settings', message: expect.stringContaining('loud') },
  })
})

it.each([
  ['GET', '/llmd/v1/settings'],
  ['POST', '/llmd/v1/reload'],
])('%s %s is for admins', async (method, path) => {
  expect((await call(fakeApp(), { method, path, key: keys.llm })).status).toBe(403)
})
