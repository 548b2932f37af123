import { expect, test } from 'vitest'
import { examinationSchema } from '../../src/api/doctor.ts'
import { LlmdError } from '../../src/errors.ts'
import { call, overTcp } from './call.ts'
import { fakeApp, keys } from './fake-services.ts'

const path = '/llmd/v1/backup'
const asAdmin = { headers: { authorization: `Bearer ${keys.all}` } }

test('a backup comes as a tar', async () => {
  const { app } = fakeApp()
  const response = await app.fetch(new Request(`http://127.0.0.1${path}`, asAdmin), overTcp)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/x-tar')
  expect(await response.text()).toBe('a backup')
})

test('one that cannot be made has its own status, one that breaks off no end, and one that is left is given up', async () => {
  const fake = fakeApp()
  fake.services.backups.make = () => Promise.reject(new LlmdError('disk_full', 'Full.'))
  expect(await call(fake, { path, key: keys.all })).toMatchObject({
    status: 507,
    body: { error: { code: 'disk_full' } },
  })

  let givenUp = 0
  fake.services.backups.make = async () =>
    (async function* () {
      try {
        yield Buffer.from('one')
        throw new Error('broke off')
      } finally {
        givenUp += 1
      }
    })()
  const broken = await fake.app.fetch(new Request(`http://127.0.0.1${path}`, asAdmin), overTcp)
  await expect(broken.text()).rejects.toThrow('broke off')
  const left = await fake.app.fetch(new Request(`http://127.0.0.1${path}`, asAdmin), overTcp)
  const reader = left.body?.getReader()
  await reader?.read()
  await reader?.cancel()
  expect(givenUp).toBe(2)
  const unread = await fake.app.fetch(new Request(`http://127.0.0.1${path}`, asAdmin), overTcp)
  await unread.body?.cancel()
  expect(givenUp).toBe(3)
  expect(fake.requests.active).toBe(0)
})

test('a backup that nobody would read is not made', async () => {
  const fake = fakeApp()
  fake.services.backups.make = () => Promise.reject(new Error('it was made'))
  const { status, headers } = await call(fake, { method: 'HEAD', path, key: keys.all })
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('application/x-tar')
  await fake.requests.drain({ graceMs: 60_000, reason: new LlmdError('shutting_down', 'The end.') })
})

test('an examination is told, to administrators alone', async () => {
  const fake = fakeApp()
  const { status, body } = await call(fake, { path: '/llmd/v1/doctor', key: keys.all })
  expect(status).toBe(200)
  expect(examinationSchema.parse(body).data).toHaveLength(1)
  for (const denied of ['/llmd/v1/doctor', path]) {
    expect((await call(fake, { path: denied, key: keys.llm })).status).toBe(403)
  }
})
