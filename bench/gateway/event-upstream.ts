// An upstream that streams: a process of its own, so that what it costs is nobody else's.
// usage: node event-upstream.ts PORT. A request's max_tokens says how many events, its seed how many us lie between.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

const port = Number(process.argv[2])

/** The content is the moment of writing, by the clock that all processes share, in ns. */
const event = () =>
  `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"bench-model","choices":[{"index":0,"delta":{"content":"${process.hrtime.bigint()}"},"logprobs":null,"finish_reason":null}]}\n\n`

const usage = `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"bench-model","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":100,"total_tokens":109}}\n\n`

async function stream(response: ServerResponse, { events, paceMs }: { events: number; paceMs: number }) {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const started = performance.now()
  for (let index = 0; index < events && !response.destroyed; index++) {
    const due = started + index * paceMs - performance.now()
    if (due > 0) await delay(due)
    if (!response.write(event())) await untilRoom(response)
  }
  response.end(`${usage}data: [DONE]\n\n`)
}

function untilRoom(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  if (body === '') {
    response.end()
    return
  }
  const { max_tokens: events, seed } = JSON.parse(body)
  await stream(response, { events, paceMs: seed / 1000 })
}

createServer((request, response) => void answer(request, response)).listen(port, '127.0.0.1')
