import { setTimeout as delay } from 'node:timers/promises'
import type { RequestStory } from '../api/requests.ts'
import type { Client } from '../client/create-client.ts'
import { LlmdError } from '../errors.ts'

export interface FollowRequestsOptions {
  client: Pick<Client, 'events' | 'getRequest' | 'listRequests'>
  /** Ends it; its reason is thrown. */
  signal: AbortSignal
  /** One line, without its end, that fits the terminal. */
  format: (story: RequestStory) => string
  write: (text: string) => Promise<void>
  /** Whether open requests are shown below those that are over, and drawn anew every second. */
  live: boolean
}

const lookMs = 1000
const mostOpen = 20

/** Writes one line for each request as it ends, until the daemon does. */
export async function followRequests(options: FollowRequestsOptions): Promise<void> {
  const { client, signal, format, write, live } = options
  const end = new AbortController()
  let open: RequestStory[] = []
  let drawn = 0

  const draw = (finished = '') => {
    const erase = drawn > 0 ? `\u001b[${drawn}A\u001b[J` : ''
    drawn = open.length
    return write(erase + finished + open.map((story) => `${format(story)}\n`).join(''))
  }

  const watch = async () => {
    while (!end.signal.aborted) {
      const requests = (await client.listRequests()).slice(0, mostOpen)
      const stories = await Promise.all(requests.map(({ id }) => find(client, id)))
      open = stories.flatMap((story) => (story?.status === null ? [story] : []))
      if (open.length > 0 || drawn > 0) await draw()
      await delay(lookMs, undefined, { signal: end.signal }).catch(() => {})
    }
  }

  // What fails here fails for the stream, too, which tells.
  const watching = live ? watch().catch(() => {}) : undefined
  try {
    for await (const event of client.events({ types: ['request.finished'], signal })) {
      if (event.type !== 'request.finished') continue
      const story = await find(client, event.request_id)
      open = open.filter(({ id }) => id !== event.request_id)
      if (story) await draw(`${format(story)}\n`)
    }
  } finally {
    end.abort()
    await watching
    open = []
    await draw()
  }
}

/** Where hundreds end at once, some are forgotten before they are asked for. */
async function find(client: Pick<Client, 'getRequest'>, id: string): Promise<RequestStory | undefined> {
  try {
    return await client.getRequest(id)
  } catch (error) {
    if (error instanceof LlmdError && error.code === 'request_not_found') return undefined
    throw error
  }
}
