import { describe, expect, it } from 'vitest'
import { call } from './call.ts'
import { fakeApp, keys } from './fake-services.ts'

const path = '/llmd/v1/mcp-servers'
const canary = 'canary-0123456789'

describe('the MCP servers', () => {
  it('adds, lists, tries and removes', async () => {
    const fake = fakeApp()
    const json = { name: 'tools', url: 'https://tools.example/mcp', key: canary }
    const added = await call(fake, { method: 'POST', path, json, key: keys.admin })
    expect(added).toMatchObject({ status: 201, body: { name: 'tools', kind: 'http', has_key: true } })
    const listed = await call(fake, { path, key: keys.admin })
    expect(listed.body).toEqual({ data: [added.body] })
    const tested = await call(fake, { method: 'POST', path: `${path}/tools/test`, key: keys.admin })
    expect(tested).toMatchObject({ status: 200, body: { ok: true } })
    const removed = await call(fake, { method: 'DELETE', path: `${path}/tools`, key: keys.admin })
    expect(removed).toMatchObject({ status: 200, body: { name: 'tools' } })
    const gone = await call(fake, { method: 'DELETE', path: `${path}/tools`, key: keys.admin })
    expect(gone).toMatchObject({
      status: 404,
      body: { error: { code: 'mcp_server_not_found', hint: 'Look.' } },
    })
    expect(JSON.stringify([added.body, listed.body, removed.body, fake.logged])).not.toContain(canary)
  })

  it('is for operators alone', async () => {
    const fake = fakeApp()
    const json = { name: 'tools', command: ['sh'] }
    expect((await call(fake, { method: 'POST', path, json, key: keys.llm })).status).toBe(403)
    const headers = { origin: 'https://evil.example', host: '127.0.0.1:5563' }
    const foreign = await call(fake, { method: 'POST', path, json, key: keys.admin, headers })
    expect(foreign).toMatchObject({ status: 403, body: { error: { code: 'origin_refused' } } })
    const wrong = await call(fake, { method: 'POST', path, json: { ...json, shell: true }, key: keys.admin })
    expect(wrong).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } })
    expect(fake.services.mcp.list()).toEqual([])
  })

  it('is told what to run over the socket alone', async () => {
    const fake = fakeApp()
    const json = { name: 'tools', command: ['sh'] }
    const remote = await call(fake, { method: 'POST', path, json, key: keys.admin })
    expect(remote).toMatchObject({ status: 403, body: { error: { code: 'permission_denied' } } })
    expect(fake.services.mcp.list()).toEqual([])
    const local = await call(fake, { method: 'POST', path, json, arrival: { via: 'socket' } })
    expect(local).toMatchObject({ status: 201, body: { kind: 'stdio' } })
  })
})
