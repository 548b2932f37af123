import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { LlmdError } from '../../src/errors.ts'
import { listenTcp } from '../../src/http/listen.ts'
import { jsonAnswer } from '../fixtures/openai-answers.ts'
import { connectionTo, openUpstream, startFaults } from '../providers/forwarding/open-upstream.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { call } from './call.ts'
import { failing, type Fake, fakeApp, hanging, keys } from './fake-services.ts'

const patience = { timeout: 10_000, interval: 20 }

const admin = (fake: Fake, method: string, json?: unknown) =>
  call(fake, { method, path: '/llmd/v1/capture', key: keys.admin, ...(json !== undefined && { json }) })

const prompt = { messages: [{ role: 'user', content: 'canary-prompt' }] }

const chat = (fake: Fake, more: object = {}) =>
  call(fake, {
    method: 'POST',
    path: '/v1/chat/completions',
    key: keys.llm,
    headers: { 'x-secret': 'canary-header' },
    json: { model: 'test/model', ...prompt, ...more },
  })

function captureTo() {
  const captureFile = join(temporaryFolder(), 'captured.jsonl')
  const records = () =>
    readFileSync(captureFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  return { captureFile, records }
}

describe('a capture', () => {
  it('is off, on for a time, and off again', async () => {
    const fake = fakeApp()
    expect((await admin(fake, 'GET')).body).toEqual({ capture: null })
    const capture = { until: expect.stringMatching(/Z$/), model: 'test/model', file: expect.any(String) }
    expect((await admin(fake, 'POST', { seconds: 60, model: 'test/model' })).body).toEqual({ capture })
    expect((await admin(fake, 'GET')).body).toEqual({ capture })
    expect((await admin(fake, 'DELETE')).body).toEqual({ capture: null })
  })

  it.each([
    [{}, 400, 'invalid_request'],
    [{ seconds: 0 }, 400, 'invalid_request'],
    [{ seconds: 86_401 }, 400, 'invalid_request'],
    [{ seconds: 60, keys: true }, 400, 'invalid_request'],
    [{ seconds: 60, model: 'nobody' }, 404, 'model_not_found'],
  ])('is not begun by %j', async (json, status, code) => {
    const fake = fakeApp()
    expect(await admin(fake, 'POST', json)).toMatchObject({ status, body: { error: { code } } })
    expect(fake.services.capture.active).toBeNull()
  })

  it('has what a local model was asked and what it answered, and no headers', async () => {
    const { captureFile, records } = captureTo()
    const fake = fakeApp({ captureFile })
    await chat(fake)
    await admin(fake, 'POST', { seconds: 60 })
    const { headers, body } = await chat(fake)
    await vi.waitFor(() => expect(records()).toHaveLength(1), patience)
    const [record] = records()
    expect(record).toMatchObject({
      request_id: headers.get('x-request-id'),
      model: 'test/model',
      path: '/v1/chat/completions',
      token: `id-of-${keys.llm}`,
      status: 200,
      code: null,
    })
    expect(JSON.parse(record.request)).toEqual({ model: 'test/model', ...prompt })
    expect(JSON.parse(record.answer)).toEqual(body)
    expect(readFileSync(captureFile, 'utf8')).not.toContain('canary-header')
    await admin(fake, 'DELETE')
    await chat(fake)
    expect(records()).toHaveLength(1)
    expect(JSON.stringify(fake.logged)).not.toContain('canary')
  })

  it('has streams, and what failed', async () => {
    const { captureFile, records } = captureTo()
    const fake = fakeApp({ captureFile })
    await admin(fake, 'POST', { seconds: 60 })
    const request = new Request('http://127.0.0.1:5563/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'test/model', ...prompt, stream: true }),
    })
    const streamed = await (await fake.app.fetch(request, { via: 'in-process' })).text()
    await vi.waitFor(() => expect(records()).toHaveLength(1), patience)
    expect(records()[0]).toMatchObject({ status: 200, answer: streamed })

    const broken = fakeApp({ captureFile, backend: failing(new LlmdError('overloaded', 'Too much.')) })
    await admin(broken, 'POST', { seconds: 60 })
    await chat(broken)
    await vi.waitFor(() => expect(records()).toHaveLength(2), patience)
    expect(records()[1]).toMatchObject({ status: 503, code: 'overloaded', answer: '' })
  })

  it.each([
    ['a connection', true],
    ['this process', false],
  ])('has what a provider answered, over %s, and none of its keys', async (_, isOverTcp) => {
    const { captureFile, records } = captureTo()
    const server = await startFaults({ paceMs: 0 })
    const upstream = openUpstream(connectionTo(server.baseUrl, { asksForStreamUsage: true }), {
      connect: 400,
      firstByte: 400,
      idle: 400,
      total: 5000,
    })
    const fake = fakeApp({
      captureFile,
      find: (name) =>
        name === 'acme/good' ? { kind: 'remote', provider: 'acme', model: 'good' } : undefined,
      upstream: () => upstream,
    })
    const listener = await listenTcp({ app: fake.app, host: '127.0.0.1', port: 0 })
    onTestFinished(() => listener.close())
    await admin(fake, 'POST', { seconds: 60 })
    const json = JSON.stringify({ model: 'acme/good', ...prompt })
    const request = new Request(`${listener.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keys.llm}`, 'content-type': 'application/json' },
      body: json,
    })
    const answer = isOverTcp ? await fetch(request) : await fake.app.fetch(request, { via: 'in-process' })
    const text = await answer.text()
    expect(text).toBe(jsonAnswer({ path: '/chat/completions', model: 'acme/good', withUsage: false }))
    await vi.waitFor(() => expect(records()).toHaveLength(1), patience)
    expect(records()[0]).toMatchObject({ model: 'acme/good', status: 200, request: json, answer: text })
  })

  it('has what a client was told that left in the middle', async () => {
    const { captureFile, records } = captureTo()
    const { backend } = hanging({ words: ['canary-answer'] })
    const fake = fakeApp({ captureFile, backend })
    await admin(fake, 'POST', { seconds: 60 })
    const request = new Request('http://127.0.0.1:5563/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'test/model', ...prompt, stream: true }),
    })
    const { body } = await fake.app.fetch(request, { via: 'in-process' })
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
    let seen = ''
    while (!seen.includes('canary-answer')) seen += (await reader?.read())?.value ?? ''
    await reader?.cancel()
    await vi.waitFor(() => expect(records()).toHaveLength(1), patience)
    expect(records()[0]).toMatchObject({ status: 499, answer: seen })
  })

  it('leaves no file where nothing was captured', async () => {
    const { captureFile } = captureTo()
    const fake = fakeApp({ captureFile })
    await admin(fake, 'POST', { seconds: 60 })
    await admin(fake, 'DELETE')
    expect(existsSync(captureFile)).toBe(false)
  })
})
