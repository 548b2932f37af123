import type { IncomingMessage } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Principal } from '../access/token-store.ts'
import { isSignedToken } from '../issuers/signed-token.ts'
import type { Arrival, Exchange } from './arrival.ts'
import type { App } from './create-app.ts'
import { createGuardedApp } from './create-guarded-app.ts'
import type { HandOver } from './hand-over.ts'
import type { InferenceServices } from './inference-services.ts'
import { mountOpenAiChat } from './routes/openai-chat.ts'
import { mountOpenAiCompletions } from './routes/openai-completions.ts'
import { mountOpenAiEmbeddings } from './routes/openai-embeddings.ts'
import { mountOpenAiResponses } from './routes/openai-responses.ts'
import { mountRerank } from './routes/rerank.ts'

type Guarded = Parameters<typeof createGuardedApp>[0]

/** What it mounts. Whatever else is asked for, in whatever spelling, is the daemon's to answer. */
const paths = new Set([
  '/v1/chat/completions',
  '/v1/completions',
  '/v1/embeddings',
  '/v1/responses',
  '/v1/rerank',
])

/**
 * The app of a process beside the daemon: it forwards to providers, with the same guards and the same answers, and
 * hands everything else over.
 * @param services.hasIssuers whether JWTs are let in, which the daemon alone can verify
 * @param services.isForwarded whether it can answer for a model itself
 */
export function createFrontApp(
  services: Guarded &
    Omit<InferenceServices, 'elsewhere' | 'deployments'> & {
      hasIssuers: () => boolean
      isForwarded: (model: string) => boolean
      handOver: HandOver
    },
): App {
  const { hasIssuers, isForwarded, handOver } = services
  const app = createGuardedApp(services)
  const inference: InferenceServices = {
    ...services,
    deployments: {
      require() {
        throw new Error('A front was to let a key of a deployment pass.')
      },
    },
    elsewhere: {
      has: (model, principal) => isRestricted(principal) || !isForwarded(model),
      async answer(c, body) {
        c.env.open.withdraw()
        const response = await handOver.answer(exchangeOf(c.env.arrival), body)
        if (response === RESPONSE_ALREADY_SENT) c.env.handedOver = true
        return response
      },
    },
  }
  mountOpenAiChat(app.routes, inference)
  mountOpenAiCompletions(app.routes, inference)
  mountOpenAiEmbeddings(app.routes, inference)
  mountOpenAiResponses(app.routes, inference)
  mountRerank(app.routes, inference)

  return {
    fetch: async (request, arrival) => {
      const exchange = exchangeOf(arrival)
      const { incoming } = exchange
      const isOwn = isModelRequest(incoming) && !(hasIssuers() && showsSignedToken(incoming))
      return isOwn ? app.fetch(request, arrival) : handOver.answer(exchange)
    },
  }
}

/** Whoever counts is one: limits, credits and deployments are the daemon's. */
function isRestricted({ deploymentId, models, limits }: Principal): boolean {
  return deploymentId !== null || models !== null || limits !== null
}

function isModelRequest({ method, url = '' }: IncomingMessage): boolean {
  return method === 'POST' && paths.has(url)
}

function showsSignedToken({ headers }: IncomingMessage): boolean {
  const shown = headers.authorization ?? headers['x-api-key']
  return typeof shown === 'string' && isSignedToken(shown.replace(/^Bearer +/i, '').trim())
}

/** It listens on TCP alone. */
function exchangeOf(arrival: Arrival): Exchange {
  if (arrival.via === 'tcp' && arrival.exchange) return arrival.exchange
  throw new Error('A front was asked otherwise than over TCP.')
}
