import { describe, expect, it } from 'vitest'
import { downloadListSchema, downloadSchema } from '../../src/api/downloads.ts'
import { call } from './call.ts'
import { type Fake, fakeApp, keys } from './fake-services.ts'

const admin = (fake: Fake, method: string, path: string, json?: unknown) =>
  call(fake, { method, path: `/llmd/v1${path}`, key: keys.admin, ...(json !== undefined && { json }) })

describe('the admin API of downloads', () => {
  it('begins, shows, pauses, resumes and cancels one', async () => {
    const fake = fakeApp()
    const begun = await admin(fake, 'POST', '/downloads', { source: 'hf:a/b', name: 'one' })
    expect(begun.status).toBe(201)
    const { id } = downloadSchema.strict().parse(begun.body)
    expect(downloadListSchema.parse((await admin(fake, 'GET', '/downloads')).body).data).toHaveLength(1)
    expect((await admin(fake, 'GET', `/downloads/${id}`)).body).toMatchObject({ source: 'hf:a/b' })
    expect((await admin(fake, 'POST', `/downloads/${id}/pause`)).body).toMatchObject({ state: 'paused' })
    expect((await admin(fake, 'POST', `/downloads/${id}/resume`)).body).toMatchObject({ state: 'running' })
    expect(await admin(fake, 'DELETE', `/downloads/${id}`)).toMatchObject({ status: 200 })
    expect(await admin(fake, 'GET', `/downloads/${id}`)).toMatchObject({
      status: 404,
      body: { error: { code: 'download_not_found', hint: 'Look.' } },
    })
  })

  it.each([
    [{ name: 'one' }, 'source'],
    [{ source: 'hf:a/b', name: '../one' }, 'name'],
    [{ source: 'hf:a/b', nmae: 'one' }, 'nmae'],
    [{ source: 'hf:a/b', options: { context: 1 } }, 'options.context'],
  ])('refuses %j and names the field', async (json, param) => {
    const { status, body } = await admin(fakeApp(), 'POST', '/downloads', json)
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'invalid_request', param })
  })

  it.each([
    ['GET', '/downloads'],
    ['POST', '/downloads'],
    ['GET', '/downloads/x'],
    ['DELETE', '/downloads/x'],
    ['POST', '/downloads/x/pause'],
    ['POST', '/downloads/x/resume'],
  ])('%s %s is for admins', async (method, path) => {
    const answer = await call(fakeApp(), { method, path: `/llmd/v1${path}`, key: keys.llm })
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'permission_denied' } } })
  })

  it('removes a file with its model only where that is asked for', async () => {
    const fake = fakeApp()
    const asked: unknown[] = []
    fake.services.catalog.remove = async (name, options) => {
      asked.push(options)
      return fake.services.catalog.get(name)
    }
    await admin(fake, 'POST', '/models', { name: 'm', source: '/m.gguf' })
    for (const query of ['', '?delete_file=true', '?delete_file=false', '?delete_file=yes']) {
      await admin(fake, 'DELETE', `/models/m${query}`)
    }
    expect(asked).toEqual([{ deleteFile: false }, { deleteFile: true }, { deleteFile: false }])
  })
})
