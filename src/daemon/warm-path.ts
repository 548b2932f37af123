import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, createServer, request as startRequest } from 'node:http'
import { join } from 'node:path'
import { createGuardedApp } from '../http/create-guarded-app.ts'
import { listenSocket, serveSocket } from '../http/listen.ts'
import { mountOpenAiChat } from '../http/routes/openai-chat.ts'
import { type RequestTracker, trackRequests } from '../http/track-requests.ts'
import { withoutToken } from '../access/without-token.ts'
import { createUpstream } from '../providers/create-upstream.ts'
import { systemClock } from '../routing/clock.ts'
import { createHealth } from '../routing/health.ts'
import { createRouter } from '../routing/router.ts'

/** So often each kind of answer is asked for: V8 has then compiled what it passes. */
const rounds = 100
const deadlines = { connect: 1000, firstByte: 1000, idle: 1000, total: 5000 }
const model = 'warm'
const silence = () => {}

const answer = JSON.stringify({ model, choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } })
const events = `${`data: ${answer}\n\n`.repeat(4)}data: [DONE]\n\n`

/**
 * Sends made-up requests the way of a forwarded one, past guards that know nobody to a provider that is none: the first
 * real one need not wait until all that code is read and compiled. Nobody hears of them. Takes a few tenths of a second,
 * or until real requests come, which warm the path themselves. Never fails: what is lost is only a head start.
 * @param options.folder where its sockets go for the while
 * @returns how many were answered
 */
export async function warmPath(options: {
  folder: string
  requests: Pick<RequestTracker, 'served' | 'active' | 'draining'>
}): Promise<number> {
  try {
    return await warm(options)
  } catch {
    // A path that is too long for a socket, say.
    return 0
  }
}

async function warm({ folder, requests }: Parameters<typeof warmPath>[0]): Promise<number> {
  await using resources = new AsyncDisposableStack()
  const home = mkdtempSync(join(folder, 'warm-'))
  resources.defer(() => rmSync(home, { recursive: true, force: true }))
  const socket = join(home, 'p')
  const provider = await serveSocket(createProvider(), socket)
  resources.defer(() => provider.close())
  const upstream = resources.use(createUpstream({ ...connection, socket }, deadlines))
  const socketPath = join(home, 'd')
  const daemon = await listenSocket({ app: createWarmApp(upstream), path: socketPath })
  resources.defer(() => daemon.close())
  const agent = new Agent({ keepAlive: true })
  resources.defer(() => agent.destroy())
  let answered = 0
  for (let round = 0; round < rounds; round++) {
    if (requests.draining || requests.served + requests.active > 0) break
    answered += await ask({ agent, socketPath, stream: false })
    answered += await ask({ agent, socketPath, stream: true })
  }
  return answered
}

const connection = {
  provider: model,
  baseUrl: 'http://localhost/v1',
  auth: { header: 'authorization', prefix: 'Bearer ' },
  key: null,
  headers: {},
  proxy: null,
  ca: null,
  allowPrivate: true,
  asksForStreamUsage: true,
}

function createProvider() {
  return createServer((incoming, outgoing) => {
    const stream = incoming.headers.accept === 'text/event-stream'
    outgoing.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' })
    incoming.resume().once('end', () => outgoing.end(stream ? events : answer))
  })
}

function createWarmApp(upstream: ReturnType<typeof createUpstream>) {
  const requests = trackRequests()
  const app = createGuardedApp({
    requests,
    conclude: silence,
    log: { debug: silence, info: silence, warn: silence, error: silence },
    tokens: { verify: () => withoutToken(['llm-all']) },
    auth: { missingTokenStatus: 401 },
    host: { allowedHosts: [] },
  })
  mountOpenAiChat(app.routes, {
    router: createRouter({ list: () => [], find: () => ({ kind: 'remote', provider: model, model }) }),
    health: createHealth(systemClock),
    upstream: () => upstream,
    deployments: { require: silence },
    clock: systemClock,
    random: Math.random,
    admission: { admit: () => null },
    events: { publish: silence },
    capture: { begin: () => undefined },
    requests,
    body: { maxBytes: 65_536 },
    routeHeaders: true,
  })
  return app
}

function ask({ agent, socketPath, stream }: { agent: Agent; socketPath: string; stream: boolean }) {
  const body = JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Say hi.' }] })
  const headers = { authorization: 'Bearer warm', 'content-length': body.length }
  return new Promise<number>((resolve, reject) => {
    const path = '/v1/chat/completions'
    startRequest({ agent, socketPath, path, method: 'POST', headers }, (response) => {
      response
        .resume()
        .once('close', () => resolve(response.statusCode === 200 ? 1 : 0))
        .once('error', reject)
    })
      .once('error', reject)
      .end(body)
  })
}
