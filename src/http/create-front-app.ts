import type { IncomingMessage } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
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
 * @param services.isForwarded whether it can answer for a model itself
 */
export function createFrontApp(
  services: Guarded &
    Omit<InferenceServices, 'elsewhere'> & { isForwarded: (model: string) => boolean; handOver: HandOver },
): App {
  const { isForwarded, handOver } = services
  const app = createGuardedApp(services)
  const inference: InferenceServices = {
    ...services,
    elsewhere: {
      has: (model) => !isForwarded(model),
      async answer(c, body) {
        c.get('open').withdraw()
        const response = await handOver.answer(exchangeOf(c.env), body)
        if (response === RESPONSE_ALREADY_SENT) c.set('handedOver', true)
        return response
      },
    },
  }
  mountOpenAiChat(app, inference)
  mountOpenAiCompletions(app, inference)
  mountOpenAiEmbeddings(app, inference)
  mountOpenAiResponses(app, inference)
  mountRerank(app, inference)

  return {
    fetch: async (request, arrival) => {
      const exchange = exchangeOf(arrival)
      return isModelRequest(exchange.incoming) ? app.fetch(request, arrival) : handOver.answer(exchange)
    },
  }
}

function isModelRequest({ method, url = '' }: IncomingMessage): boolean {
  return method === 'POST' && paths.has(url)
}

/** It listens on TCP alone. */
function exchangeOf(arrival: Arrival): Exchange {
  if (arrival.via === 'tcp' && arrival.exchange) return arrival.exchange
  throw new Error('A front was asked otherwise than over TCP.')
}
