import { expect, test, vi } from 'vitest'
import { answering, messagesOf, notification, openGateway, request } from './open-gateway.ts'

const patience = { timeout: 10_000, interval: 10 }

/** A case of the shell: writes these messages when it reads that text. */
const says = (text: string, ...messages: object[]) =>
  `*'"${text}"'*) ${messages.map((message) => `echo '${JSON.stringify(message)}'`).join('; ')} ;;`

/** A case that repeats on stderr, and so in the log, what it has read. */
const repeats = (text: string) => `*'"${text}"'*) echo "$line" >&2 ;;`

const result = (id: number | string, value: unknown = {}) => ({ jsonrpc: '2.0', id, result: value })

const progress = (token: unknown) =>
  notification('notifications/progress', { progressToken: token, progress: 1 })

test('messages go to who asked for them: progress by its token, answers by their id, the rest to who listens', async () => {
  const changed = notification('notifications/tools/list_changed')
  const script = answering(
    says('second', progress('a'), changed, progress(2), { no: 1 }, result('2'), result(2)),
  )
  const { begin, send, listen, end } = openGateway(script)
  const { session } = await begin()
  const heard = messagesOf(await listen(session))
  const first = messagesOf(
    await send({ ...request('first', 2, { _meta: { progressToken: 2 } }) }, { session }),
  )
  const second = { ...request('second', 0, { _meta: { progressToken: 'a' } }), id: '2' }
  expect(await messagesOf(await send(second, { session }))).toEqual([progress('a'), result('2')])
  expect(await first).toEqual([progress(2), result(2)])
  await end(session)
  expect(await heard).toEqual([changed])
})

test('what a server asks goes along with a request, or waits until someone listens', async () => {
  const roots = request('roots/list', 50)
  const { begin, send, listen, end, texts } = openGateway(
    answering(`${says('call', roots, result(2))} ${says('wake', result(3), roots)} ${repeats('roots')}`),
  )
  const { session } = await begin()
  expect(await messagesOf(await send(request('call'), { session }))).toEqual([roots, result(2)])
  expect(await messagesOf(await send(request('wake', 3), { session }))).toEqual([result(3)])
  const heard = messagesOf(await listen(session))
  expect(await send(result(50, { roots: [] }), { session })).toMatchObject({ status: 202, body: null })
  await vi.waitFor(() => {
    // In one line, however the client wrote it.
    expect(texts().map((text): unknown => JSON.parse(text))).toContainEqual(result(50, { roots: [] }))
  }, patience)
  await end(session)
  expect(await heard).toEqual([roots])
})

test('a request whose client leaves is cancelled, as is one about which nothing is said', async () => {
  const { begin, send, texts } = openGateway(answering(repeats('notifications/cancelled')), {
    timing: { silence: 60 },
  })
  const cancelled = () => texts().map((text): unknown => JSON.parse(text).params.requestId)
  const { session } = await begin()
  const left = await send(request('wait', 2), { session })
  await left.body?.[Symbol.asyncIterator]().return?.()
  await vi.waitFor(() => expect(cancelled()).toEqual([2]), patience)
  const silent = await send(request('wait', 3), { session })
  await expect(messagesOf(silent)).rejects.toMatchObject({ code: 'upstream_timeout' })
  await vi.waitFor(() => expect(cancelled()).toEqual([2, 3]), patience)
  const own = messagesOf(await send(request('wait', 4), { session }))
  await send(notification('notifications/cancelled', { requestId: 4 }), { session })
  expect(await own).toEqual([])
})

test('a program that reads nothing is not sent more and more', async () => {
  const { begin, send } = openGateway(answering('*\'"stop"\'*) exec sleep 60 ;;'))
  const { session } = await begin()
  await send(request('stop'), { session })
  const large = request('large', 3, { text: 'x'.repeat(17 * 1024 ** 2) })
  const left = await send(large, { session })
  // What it was sent waits for it still.
  await left.body?.[Symbol.asyncIterator]().return?.()
  const stuck = { code: 'overloaded', message: expect.stringMatching(/does not read/) }
  await expect(send(request('small', 4), { session })).rejects.toMatchObject(stuck)
  await expect(send(notification('small'), { session })).rejects.toMatchObject(stuck)
})

test('a program that writes anything but messages is ended', async () => {
  const { gateway, begin, send } = openGateway(answering(`*'"babble"'*) yes babble ;;`))
  const { session } = await begin()
  const answer = await send(request('babble'), { session })
  await expect(messagesOf(answer)).rejects.toMatchObject({
    code: 'upstream_error',
    message: 'The program of tools wrote more than 10000 lines that are no messages.',
  })
  expect(gateway.sessions).toBe(0)
})

test('an id stands for one request at a time', async () => {
  const { begin, send } = openGateway(answering())
  const { session } = await begin()
  await send(request('wait'), { session })
  await expect(send(request('wait'), { session })).rejects.toMatchObject({
    code: 'invalid_request',
    param: 'id',
  })
  await expect(send([request('wait', 3)], { session })).rejects.toMatchObject({ code: 'invalid_request' })
})

test('a program waits for who reads slowly', async () => {
  const line = JSON.stringify(notification('notifications/message', { data: 'x'.repeat(1000) }))
  const flood = `*'"flood"'*) yes '${line}' | head -n 3000; echo '${JSON.stringify(result(2))}'; echo done >&2 ;;`
  const { begin, send, texts } = openGateway(answering(flood))
  const { session } = await begin()
  const answer = await send(request('flood'), { session })
  const reader = answer.body![Symbol.asyncIterator]()
  await reader.next()
  const other = await begin()
  expect(other.session).not.toBe(session)
  expect(texts()).not.toContain('done')
  let bytes = 0
  for (let read = await reader.next(); !read.done; read = await reader.next()) bytes += read.value.length
  expect(bytes).toBeGreaterThan(2999 * line.length)
  await vi.waitFor(() => expect(texts()).toContain('done'), patience)
})
