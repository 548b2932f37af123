import { describe, expect, it } from 'vitest'
import { LlmdError } from '../../src/errors.ts'
import type { App } from '../../src/http/create-app.ts'
import { trackRequests } from '../../src/http/track-requests.ts'
import { fakeApp, hanging } from './fake-services.ts'

const reason = new LlmdError('shutting_down', 'llmd is shutting down.')

function get(app: App, path: string) {
  return app.fetch(new Request(`http://llmd${path}`), { via: 'in-process' })
}

function chat(app: App, stream: boolean) {
  const body = JSON.stringify({ model: 'test/model', messages: [{ role: 'user', content: 'hi' }], stream })
  return app.fetch(new Request('http://llmd/v1/chat/completions', { method: 'POST', body }), {
    via: 'in-process',
  })
}

const answered = { status: 200, code: null }

describe('trackRequests', () => {
  it('counts what it is told to count', () => {
    const requests = trackRequests()
    const one = requests.open({ id: 'req_1', path: '/v1/x', counted: true })
    const two = requests.open({ id: 'req_1', path: '/v1/x', counted: false })
    expect(requests).toMatchObject({ active: 1, served: 0 })
    one.close(answered)
    one.close(answered)
    two.close(answered)
    expect(requests).toMatchObject({ active: 0, served: 1 })
  })

  it('takes the first reason to end', () => {
    const request = trackRequests().open({
      id: 'req_1',
      path: '/v1/x',
      counted: true,
    })
    request.abort(reason)
    request.leave()
    expect(request.signal.reason).toBe(reason)
    expect(request.clientLeft).toBe(false)
  })

  it('drains at once when nothing is open', async () => {
    await expect(trackRequests().drain({ graceMs: 60_000, reason })).resolves.toBeUndefined()
  })

  it('waits for what is open', async () => {
    const requests = trackRequests()
    const request = requests.open({
      id: 'req_1',
      path: '/v1/x',
      counted: true,
    })
    const drained = requests.drain({ graceMs: 60_000, reason })
    expect(requests.draining).toBe(true)
    request.close(answered)
    await drained
    expect(request.signal.aborted).toBe(false)
  })
})

describe('a drain', () => {
  it('says so at /ready, goes on at /health, and takes no new chats', async () => {
    const { app, requests } = fakeApp()
    await requests.drain({ graceMs: 0, reason })
    expect((await get(app, '/health')).status).toBe(200)
    expect((await get(app, '/v1/models')).status).toBe(200)
    const ready = await get(app, '/ready')
    expect(ready.status).toBe(503)
    const refused = await chat(app, false)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await refused.json()).toMatchObject({ error: { code: 'shutting_down' } })
  })

  it('ends a stream with the reason, even one that no one reads', async () => {
    const { backend, aborted } = hanging()
    const { app, requests } = fakeApp({ backend })
    const response = await chat(app, true)
    const reader = response.body?.getReader()
    await reader?.read()
    await requests.drain({ graceMs: 0, reason })
    expect(requests.active).toBe(0)
    const last = await reader?.read()
    expect(new TextDecoder().decode(last?.value)).toContain('"code":"shutting_down"')
    expect((await reader?.read())?.done).toBe(true)
    expect(await aborted).toBe(reason)
  })

  it('answers a whole answer with the reason', async () => {
    const { backend, started } = hanging()
    const { app, requests } = fakeApp({ backend })
    const answer = chat(app, false)
    await started
    await requests.drain({ graceMs: 0, reason })
    const response = await answer
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ error: { code: 'shutting_down' } })
  })
})
