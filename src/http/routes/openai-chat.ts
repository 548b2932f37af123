import { randomUUID } from 'node:crypto'
import type { Hono } from 'hono'
import type { ChatEvent } from '../../chat/event.ts'
import { LlmdError } from '../../errors.ts'
import { decodeChatCompletion } from '../../formats/openai-chat/decode-request.ts'
import { type CompletionHead, encodeChatCompletion } from '../../formats/openai-chat/encode-response.ts'
import { createChatStreamEncoder } from '../../formats/openai-chat/encode-stream.ts'
import type { Router } from '../../routing/router.ts'
import type { HttpContext, HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { readJson } from '../read-json.ts'
import { streamEvents } from '../stream-events.ts'
import type { RequestTracker } from '../track-requests.ts'

export function mountOpenAiChat(
  app: Hono<HttpEnv>,
  { router, requests, body }: { router: Router; requests: RequestTracker; body: { maxBytes: number } },
): void {
  mountResource(app, '/v1/chat/completions', {
    POST: async (c) => {
      if (requests.draining) throw new LlmdError('shutting_down', 'llmd is shutting down.')
      const { request, model, stream, includeUsage, dropped } = decodeChatCompletion(await readJson(c, body))
      const events = router.resolve(model).stream(request, c.get('open').signal)
      const head = { id: `chatcmpl-${randomUUID().replaceAll('-', '')}`, created: unixNow(), model }
      tellDropped(c, dropped)
      return stream ? answerStream(c, events, head, { includeUsage }) : answerWhole(c, events, head)
    },
  })
}

async function answerWhole(c: HttpContext, events: AsyncIterable<ChatEvent>, head: CompletionHead) {
  let text = ''
  let answer: ReturnType<typeof encodeChatCompletion> | undefined
  for await (const event of events) {
    if (event.type === 'text-delta') text += event.text
    else answer = encodeChatCompletion(head, { text, reason: event.reason, usage: event.usage })
  }
  if (!answer) throw new LlmdError('engine_failed', 'The answer broke off before its end.')
  return c.json(answer)
}

async function answerStream(
  c: HttpContext,
  events: AsyncIterable<ChatEvent>,
  head: CompletionHead,
  options: { includeUsage: boolean },
) {
  const iterator = events[Symbol.asyncIterator]()
  // What fails before the first event still gets its own status.
  const first = await iterator.next()
  const { body, ended } = streamEvents({
    events: iterator,
    first,
    encoder: createChatStreamEncoder(head, options),
    request: c.get('open'),
  })
  c.set('streaming', ended)
  return c.body(body, 200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    // Nginx would hold events back until its buffer is full.
    'x-accel-buffering': 'no',
  })
}

/** Nothing is dropped silently; names that would not fit a header are the client's own riddle. */
function tellDropped(c: HttpContext, dropped: string[]): void {
  const names = dropped.filter((name) => /^[\w.[\]-]{1,64}$/.test(name)).slice(0, 16)
  if (names.length > 0) c.header('x-llmd-dropped-params', names.join(', '))
}

function unixNow(): number {
  return Math.floor(Date.now() / 1000)
}
