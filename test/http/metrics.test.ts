import { describe, expect, it } from 'vitest'
import { withoutToken } from '../../src/access/without-token.ts'
import type { Arrival } from '../../src/http/arrival.ts'
import { overTcp } from './call.ts'
import { fakeApp, keys } from './fake-services.ts'

const metricsKey = 'key-for-metrics'

function open({ isPublic = false } = {}) {
  const fake = fakeApp()
  const tokens = { ...fake.services.tokens }
  fake.services.tokens.verify = (key) =>
    key === metricsKey
      ? { ...withoutToken(['metrics']), tokenId: 'id', tokenName: 'prometheus' }
      : tokens.verify(key)
  fake.services.metrics.read = async () => '# HELP llmd_x X\n'
  Object.assign(fake.services.metrics, { isPublic })
  return async (key?: string, { path = '/metrics', arrival = overTcp, method = 'GET' } = {}) => {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
    const request = new Request(`http://127.0.0.1:5563${path}`, { method, headers })
    const response = await fake.app.fetch(request, arrival)
    return { response, status: response.status, text: await response.text() }
  }
}

describe('GET /metrics', () => {
  it.each([
    [metricsKey, 200],
    [keys.admin, 200],
    [keys.llm, 403],
    ['wrong', 401],
    [undefined, 401],
  ])('over TCP, %s gets %i', async (key, status) => {
    const ask = open()
    expect(await ask(key)).toMatchObject({ status })
  })

  it('needs no token over the socket', async () => {
    const arrival: Arrival = { via: 'socket' }
    const { status, text, response } = await open()(undefined, { arrival })
    expect([status, text]).toEqual([200, '# HELP llmd_x X\n'])
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  })

  it('needs none at all where it is public, which opens nothing else', async () => {
    const ask = open({ isPublic: true })
    expect(await ask()).toMatchObject({ status: 200 })
    expect(await ask('wrong')).toMatchObject({ status: 200 })
    for (const path of [
      '/v1/models',
      '/llmd/v1/status',
      '/metrics/',
      '/metrics/x',
      '//metrics',
      '/Metrics',
    ]) {
      expect([path, (await ask(undefined, { path })).status]).toEqual([path, 401])
    }
  })

  it('knows no other method', async () => {
    expect(await open()(metricsKey, { method: 'POST' })).toMatchObject({ status: 405 })
  })

  it('is all that its scope opens', async () => {
    const ask = open()
    for (const path of ['/v1/models', '/llmd/v1/status', '/llmd/v1/events', '/tokenize']) {
      expect([path, (await ask(metricsKey, { path })).status]).toEqual([path, 403])
    }
  })
})
