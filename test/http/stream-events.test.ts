import { expect, test } from 'vitest'
import { streamEvents } from '../../src/http/stream-events.ts'
import { trackRequests } from '../../src/http/track-requests.ts'

async function* count() {
  for (let number = 0; ; number++) yield number
}

test('a client that stops reading is cut off, and the work for it ends', async () => {
  const request = trackRequests().open({
    id: 'req_1',
    path: '/v1/x',
    counted: true,
  })
  const events = count()
  const { body, ended } = streamEvents({
    events,
    first: await events.next(),
    encoder: { event: (number) => [String(number)], end: () => [], fail: () => [] },
    request,
    stallMs: 20,
  })
  const reader = body.getReader()
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: 0\n\n')

  expect(await ended).toMatchObject({ code: 'client_stalled' })
  expect(request.signal.reason).toMatchObject({ code: 'client_stalled' })
  await expect(reader.read()).rejects.toThrow(expect.objectContaining({ code: 'client_stalled' }))
  expect((await events.next()).done).toBe(true)
})
