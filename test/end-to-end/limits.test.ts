import { once } from 'node:events'
import { join } from 'node:path'
import { APIError, OpenAI, PermissionDeniedError, RateLimitError } from 'openai'
import { expect, test } from 'vitest'
import { parseAddress } from '../../src/client/address.ts'
import { createClient } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'
import { createLlmd, kill, readUntil, type Llmd } from './llmd.ts'

const chat = {
  model: 'llmd-demo',
  messages: [{ role: 'user' as const, content: 'hi' }],
  max_tokens: 4,
}

async function serve(llmd: Llmd) {
  const daemon = llmd.spawn(['serve', '--port', '0'])
  daemon.stderr.resume()
  const greeting = await readUntil(daemon, 'http://127.0.0.1:')
  const url = /http:\/\/[\d.]+:\d+/.exec(greeting)?.[0] ?? ''
  return { daemon, connect: (apiKey: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 }) }
}

async function json(llmd: Llmd, args: string[]) {
  const { stdout, stderr, code } = await llmd.run([...args, '--json'])
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

async function failureOf(asked: Promise<unknown>): Promise<APIError> {
  const failure = await asked.catch((error: unknown) => error)
  if (failure instanceof APIError) return failure
  throw new Error('It was answered.')
}

test('limits and credits hold for the SDK of OpenAI, and what was spent outlives the daemon', async () => {
  const llmd = createLlmd()
  const address = parseAddress(`unix://${join(llmd.home, 'run/llmd.sock')}`)
  const admin = createClient(createHttpTransport({ address }))
  const { daemon, connect } = await serve(llmd)
  await json(llmd, ['prices', 'set', 'llmd-demo', '--input', '10000', '--output', '20000'])
  const limits = ['--rpm', '2', '--model', 'llmd-demo', '--credits', '1000']
  const { id, key } = await json(llmd, ['tokens', 'create', 'guest', ...limits])
  const client = connect(key)

  const { data: answer, response } = await client.chat.completions.create(chat).withResponse()
  const { prompt_tokens = 0, completion_tokens = 0 } = answer.usage ?? {}
  const cost = prompt_tokens * 0.01 + completion_tokens * 0.02
  expect(Number(response.headers.get('x-credits-consumed'))).toBeCloseTo(cost, 6)
  expect(Number(response.headers.get('x-credits-remaining'))).toBeCloseTo(1000 - cost, 6)

  const stranger = await failureOf(client.chat.completions.create({ ...chat, model: 'other' }))
  expect(stranger).toBeInstanceOf(PermissionDeniedError)
  await client.chat.completions.create(chat)
  const hasty = await failureOf(client.chat.completions.create(chat))
  expect(hasty).toBeInstanceOf(RateLimitError)
  expect(Number(hasty.headers?.get('retry-after'))).toBeGreaterThan(0)

  // A change holds at once.
  await admin.editToken('guest', { rpm: null, credits: 0.000_001 })
  const stream = await client.chat.completions.create({ ...chat, stream: true })
  for await (const _ of stream);
  const poor = await failureOf(client.chat.completions.create(chat))
  expect([poor.status, poor.code]).toEqual([402, 'insufficient_quota'])

  const { totals } = await admin.usage({ by: 'token' })
  const before = await admin.getToken('guest')
  expect(before).toMatchObject({ id, credits_used: totals.credits, rpm: null })
  expect(before.credits_used).toBeGreaterThan(2 * cost)
  expect(before.credits).toBeLessThan(0)
  kill(daemon.pid ?? 0)
  await once(daemon, 'close')
  const next = await serve(llmd)
  expect(await admin.getToken('guest')).toEqual(before)
  const stillPoor = await failureOf(next.connect(key).chat.completions.create(chat))
  expect(stillPoor.status).toBe(402)

  const { stdout } = await llmd.run(['prices', 'remove', 'llmd-demo', '--yes'])
  expect(stdout).toBe('Removed the price of llmd-demo.\n')
  expect(await admin.listPrices()).toEqual([])
})
