import { expect, test } from 'vitest'
import type { LookupAll } from '../../../src/addresses/guard-lookup.ts'
import { collectAnswer } from './collect-answer.ts'
import { connectionTo, forward, openUpstream, patient, requestFor, startFaults } from './open-upstream.ts'

const soon = { timeout: 10_000, interval: 20 }
const reason = new Error('the client left')

test.for([
  ['waits for an answer', 'stall-before', false],
  ['waits for the rest of an answer', 'stall-midway', false],
  ['waits for the rest of a stream', 'stall-midway', true],
  ['streams', 'flood', true],
] as const)('aborting what %s closes its connection', async ([, fault, stream]) => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl))
  const abort = new AbortController()
  const forwarded = forward(upstream, requestFor(fault, { stream }), abort.signal)
  await expect.poll(() => server.requests.length, soon).toBe(1)
  const abortedAt = performance.now()
  abort.abort(reason)
  const { thrown, answer } = await forwarded
  expect(thrown).toBe(reason)
  const { writes } = answer
  await expect.poll(() => server.open, { timeout: 10_000, interval: 2 }).toBe(0)
  expect(performance.now() - abortedAt).toBeLessThan(150)
  expect(answer).toMatchObject({ writes, over: undefined })
})

test('aborting what is still connecting does not wait for the connection', async () => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl.replace('http:', 'https:')), {
    ...patient,
    connect: 300,
  })
  const abort = new AbortController()
  const forwarded = forward(upstream, requestFor('good'), abort.signal)
  await expect.poll(() => server.open, soon).toBe(1)
  abort.abort(reason)
  expect((await forwarded).thrown).toBe(reason)
})

test('a connection that comes about after its request was aborted serves the next', async () => {
  const server = await startFaults()
  const answers: (() => void)[] = []
  const lookup: LookupAll = (_, __, callback) => {
    answers.push(() => callback(null, [{ address: '127.0.0.1', family: 4 }]))
  }
  const connection = connectionTo(`http://models.example:${server.port}/v1`, { allowPrivate: true })
  const upstream = openUpstream(connection, patient, { lookup })
  const abort = new AbortController()
  const forwarded = forward(upstream, requestFor('good'), abort.signal)
  await expect.poll(() => answers.length, soon).toBe(1)
  abort.abort(reason)
  expect((await forwarded).thrown).toBe(reason)
  answers.shift()?.()
  await expect.poll(() => server.open, soon).toBe(1)
  expect((await forward(upstream, requestFor('good'))).result).toMatchObject({ kind: 'answered' })
  expect(server.requests.map(({ connection: number }) => number)).toEqual([1])
})

test('what was aborted before it began is not sent', async () => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl))
  const { thrown } = await forward(upstream, requestFor('good'), AbortSignal.abort(reason))
  expect(thrown).toBe(reason)
  expect(server.requests).toHaveLength(0)
})

test('a client that does not read holds the upstream up, and is waited for', async () => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl), { ...patient, idle: 200 })
  const abort = new AbortController()
  const answer = collectAnswer()
  const drains: (() => void)[] = []
  const sink = {
    ...answer,
    write: (chunk: Uint8Array) => answer.write(chunk) && false,
    onDrain: (callback: () => void) => void drains.push(callback),
  }
  const forwarded = upstream.forward(requestFor('flood', { stream: true }), sink, abort.signal)
  await expect.poll(() => drains.length, soon).toBe(1)
  // What the kernel holds is all the upstream can get rid of; then it stands still, for longer than is waited for one.
  let before = -1
  let still = 0
  const stands = () => {
    still = server.bytesWritten === before ? still + 1 : 0
    before = server.bytesWritten
    return still
  }
  await expect.poll(stands, soon).toBeGreaterThan(20)
  expect(answer.writes).toBe(1)
  expect(answer.bytes.length).toBeLessThan(1024 ** 2)
  for (let turns = 2; turns < 50; turns++) {
    drains.shift()?.()
    await expect.poll(() => drains.length, { timeout: 10_000, interval: 1 }).toBe(1)
    expect(answer.writes).toBe(turns)
  }
  abort.abort(reason)
  await expect(forwarded).rejects.toBe(reason)
})
