import { expect, test, vi } from 'vitest'
import type { DaemonEvent } from '../../src/api/events.ts'
import type { OpenRequest, RequestStory } from '../../src/api/requests.ts'
import { followRequests } from '../../src/cli/follow-requests.ts'
import { LlmdError } from '../../src/errors.ts'

const time = '2026-01-31T12:00:00.000Z'

/** A daemon in which requests end when the test says so. */
function fakeClient(open: string[]) {
  const waiting: DaemonEvent[] = []
  const over = new AbortController()
  return {
    finish(id: string) {
      waiting.push({ type: 'request.finished', id: 1, time, request_id: id } as DaemonEvent)
    },
    close: (id: string) => void open.splice(open.indexOf(id), 1),
    end: () => over.abort(),
    client: {
      async *events() {
        while (!over.signal.aborted || waiting.length > 0) {
          const event = waiting.shift()
          if (event) yield event
          else await new Promise(setImmediate)
        }
      },
      listRequests: async () => open.map((id) => ({ id }) as OpenRequest),
      async getRequest(id: string) {
        if (id === 'forgotten') throw new LlmdError('request_not_found', 'No.')
        return { id, status: open.includes(id) ? null : 200 } as RequestStory
      },
    },
  }
}

function follow(fake: ReturnType<typeof fakeClient>, live: boolean) {
  let written = ''
  const done = followRequests({
    client: fake.client,
    signal: new AbortController().signal,
    format: ({ id, status }) => `${id} ${status ?? 'open'}`,
    write: async (text) => void (written += text),
    live,
  })
  return { done, written: () => written }
}

test('tells each request as it ends, until the daemon does', async () => {
  const fake = fakeClient(['a'])
  const { done, written } = follow(fake, false)
  for (const id of ['b', 'forgotten', 'c']) fake.finish(id)
  fake.end()
  await done
  expect(written()).toBe('b 200\nc 200\n')
})

test('on a terminal shows those that are open below, and takes them away in the end', async () => {
  const fake = fakeClient(['a', 'd'])
  const { done, written } = follow(fake, true)
  const up = '\u001b[2A\u001b[J'
  await vi.waitFor(() => expect(written()).toBe('a open\nd open\n'), { timeout: 10_000, interval: 20 })
  fake.finish('b')
  fake.close('a')
  fake.finish('a')
  fake.end()
  await done
  expect(written()).toBe(`a open\nd open\n${up}b 200\na open\nd open\n${up}a 200\nd open\n\u001b[1A\u001b[J`)
})
