import { expect, it } from 'vitest'
import { createApp } from '../../src/http/create-app.ts'
import { call } from './call.ts'
import { fakeApp, keys } from './fake-services.ts'

it('limits bodies and names of hosts by what holds when a request comes', async () => {
  const fake = fakeApp()
  const options = {
    requests: fake.requests,
    maxBodyBytes: 100_000,
    allowedHosts: ['old.example'],
    missingTokenStatus: 401,
  }
  const app = createApp(fake.services, options)
  const json = { model: 'test/model', messages: [{ role: 'user', content: 'x'.repeat(2000) }] }
  const chat = () =>
    call({ ...fake, app }, { method: 'POST', path: '/v1/chat/completions', json, key: keys.llm })
  const from = (host: string) =>
    call(
      { ...fake, app },
      { path: '/health', arrival: { via: 'tcp', boundHost: '127.0.0.1', hostHeaders: [host] } },
    )

  expect((await chat()).status).toBe(200)
  expect((await from('NEW.example')).status).toBe(403)
  options.maxBodyBytes = 1024
  options.allowedHosts = ['New.example']
  expect((await chat()).status).toBe(413)
  expect((await from('NEW.example')).status).toBe(200)
  expect((await from('old.example')).status).toBe(403)
})
